package hops

import (
	"path"

	"spabench/harness/spatest"
)

// Request is what every hop is asked.
type Request struct {
	Title   string
	Request spatest.Request
	Tagged  bool // ask twice, the second time with the entity tag of the first answer
}

// Requests are what layers are known to treat differently. asset is a file of the app, such as its entry script, or
// "" if none is known; api the path of an endpoint that answers GET, or "".
func Requests(asset, api string) []Request {
	gzip := spatest.Field{Name: "Accept-Encoding", Value: "gzip"}
	with := func(fields []spatest.Field, more ...spatest.Field) []spatest.Field {
		return append(fields[:len(fields):len(fields)], more...)
	}
	get := func(title, target string, header []spatest.Field) Request {
		return Request{Title: title, Request: spatest.Request{Method: "GET", Target: target, Header: header}}
	}
	tagged := func(r Request) Request { r.Tagged = true; return r }
	all := []Request{
		get("the page", "/", spatest.Navigation),
		get("a deep link", "/users/42/edit?tab=a&next=%2Fx", spatest.Navigation),
		get("a deep link with a trailing slash", "/users/42/", spatest.Navigation),
		get("a deep link with an encoded slash", "/files/a%2Fb", spatest.Navigation),
		get("a path with a double slash", "//users/42", spatest.Navigation),
		get("the page, compressed", "/", with(spatest.Navigation, gzip)),
		tagged(get("the page, revalidated", "/", spatest.Navigation)),
		{Title: "HEAD for the page", Request: spatest.Request{Method: "HEAD", Target: "/", Header: spatest.Navigation}},
		{
			Title:   "POST to a route",
			Request: spatest.Request{Method: "POST", Target: "/users/42", Header: spatest.Navigation, Body: "{}"},
		},
		get("a missing asset", "/assets/index-DEADBEEF.js", spatest.Script),
		get("a dotfile", "/.env", spatest.JSON),
	}
	if asset != "" {
		all = append(all,
			get("an asset", asset, spatest.Script),
			get("an asset, compressed", asset, with(spatest.Script, gzip)),
			tagged(get("an asset, revalidated", asset, spatest.Script)),
			get("ten bytes of an asset", asset, with(spatest.Script, spatest.Field{Name: "Range", Value: "bytes=0-9"})))
	}
	if api != "" {
		all = append(
			all,
			get("the API", api, spatest.JSON),
			get("the API with a trailing slash", api+"/", spatest.JSON),
			get("an unknown API path", path.Join(path.Dir(api), "spatest-no-such-endpoint"), spatest.JSON),
			Request{
				Title:   "a method that the API does not support",
				Request: spatest.Request{Method: "DELETE", Target: api, Header: spatest.JSON},
			},
			Request{
				Title:   "a large request to the API",
				Request: spatest.Request{Method: "GET", Target: api + "?filler=" + filler, Header: spatest.JSON},
			},
		)
	}
	return all
}

// filler is more than one page, and less than the 8 KiB that most servers take as a request line.
var filler = func() string {
	b := make([]byte, 6<<10)
	for i := range b {
		b[i] = 'x'
	}
	return string(b)
}()
