package mutant

import "net/http"

func methodsMutants() []Mutant {
	head := method(http.MethodHead)
	return []Mutant{
		{Name: "head-405", Check: "methods-head-parity", Doc: "has no HEAD for the page", Wrap: status(all(head, at("/")), http.StatusMethodNotAllowed)},
		{Name: "head-405-api", Check: "methods-head-parity", Doc: "has no HEAD for the API", Wrap: status(all(head, inAPI), http.StatusMethodNotAllowed)},
		{Name: "head-with-body", Check: "methods-head-parity", Doc: "sends a body with HEAD", Wrap: raw(all(head, inAPI, not(unknownAPI)),
			"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}")},
		{Name: "head-length-0", Check: "methods-head-parity", Doc: "says Content-Length: 0 with HEAD", Wrap: set(all(head, at("/")), "Content-Length", "0")},
		{Name: "head-other-type", Check: "methods-head-parity", Doc: "gives assets no type with HEAD", Wrap: set(all(head, exists, under("/assets/")), "Content-Type", "application/octet-stream")},
		{Name: "head-other-tag", Check: "methods-head-parity", Doc: "has another ETag with HEAD", Wrap: set(all(head, isRoute, navigation), "ETag", `"head"`)},
	}
}

func methodsOddities() []Mutant {
	health := all(inAPI, not(unknownAPI))
	return []Mutant{
		{Name: "head-terse", Check: "methods-head-parity", Doc: "leaves out of HEAD what it knows only after generating the content", Wrap: edit(method("HEAD"), func(status int, h http.Header) int {
			h.Del("Vary")
			h.Del("Content-Length")
			return status
		})},
		{Name: "date-in-api", Check: "methods-head-parity", Doc: "has another ETag at every call of the API", Wrap: edit(health, func() func(int, http.Header) int {
			var calls counter
			return func(status int, h http.Header) int {
				h.Set("ETag", calls.next())
				return status
			}
		}())},
	}
}
