package mutant

import (
	"net/http"
	"strconv"
)

// chunk writes a text as one chunk of a message.
func chunk(text string) string {
	return strconv.FormatInt(int64(len(text)), 16) + "\r\n" + text + "\r\n"
}

func wholeMutants() []Mutant {
	const problem404 = `{"type":"about:blank","title":"Not Found","status":404}`
	const head = "HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n"
	plain := all(unknownAPI, method("GET"), not(has("Accept-Encoding")), not(has("Origin")))
	robots := all(at("/robots.txt"), method("GET"), not(navigation))
	return []Mutant{
		{Name: "error-breaks-off", Check: "assets-whole", Doc: "announces more bytes of an API error than it sends",
			Wrap: raw(plain, head+"Content-Length: 99\r\n\r\n"+problem404)},
		{Name: "error-without-last-chunk", Check: "assets-whole",
			Doc:  "does not end the chunks of an API error",
			Wrap: raw(plain, head+"Transfer-Encoding: chunked\r\n\r\n"+chunk(problem404))},
		{Name: "error-overlong", Check: "assets-whole", Doc: "sends more bytes of an API error than it announces",
			Wrap: raw(plain, head+"Content-Length: "+strconv.Itoa(len(problem404))+"\r\n\r\n"+problem404+"\r\n\r\n")},
		{Name: "truncated", Check: "assets-whole", Also: []string{"assets-bytes-exact"},
			Doc: "announces more bytes of a file than it sends",
			Wrap: raw(robots, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 24\r\n\r\n"+
				"User-agent: *\n")},
		{Name: "overlong", Check: "assets-whole", Also: []string{"assets-bytes-exact"},
			Doc: "sends more bytes of a file than it announces",
			Wrap: raw(robots, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 23\r\n\r\n"+
				"User-agent: *\nAllow: /\n\n\n")},
		{Name: "breaks-off-long", Check: "assets-whole", Alone: true,
			Also: []string{"assets-bytes-exact", "browser-sri-coherent", "methods-head-parity"},
			Doc:  "cannot write what does not fit into its memory to its disk",
			Wrap: on(all(exists, under("/assets/"), method("GET"), not(conditional), not(has("Range"))),
				func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					const memory = 1 << 10
					whole := record(next, r)
					if whole.Body.Len() > memory {
						whole.Body.Truncate(memory)
					}
					replay(w, whole)
				})},
	}
}

func wholeOddities() []Mutant {
	return []Mutant{
		{Name: "ends-with-connection", Check: "assets-whole",
			Doc: "says by the end of the connection where a body ends",
			Wrap: raw(all(missingAsset, method("GET"), not(navigation)),
				"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n"+
					"Connection: close\r\n\r\nNot Found\n")},
	}
}
