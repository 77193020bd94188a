package record

import (
	"net/http"
	"slices"
	"strings"
)

// OriginObserved is the same visit to the app with its API on the page's origin, behind nginx, and with its API on
// another origin, which takes CORS: what Chromium showed, and what passed between it and the containers.
type OriginObserved struct {
	Same    OriginVisit `json:"same"`    // nginx-three-container
	Cross   OriginVisit `json:"cross"`   // files from nginx; the API elsewhere allows the page's origin for two hours
	Refused OriginVisit `json:"refused"` // the same, but the API allows no other origin

	// Missing is the heading of the page of a book that does not exist, cross-origin. It tells whether the page can
	// read the 404.
	Missing string `json:"missing"`

	Posts []PostsPreflighted `json:"posts"`
}

// OriginVisit is one visit in a fresh browser profile.
type OriginVisit struct {
	Shown       []string        `json:"shown"`   // what the page says after each step
	Console     []string        `json:"console"` // errors in the browser's console
	Page        []OriginRequest `json:"page"`    // through the page's origin, in order
	API         []OriginRequest `json:"api"`     // through the API's, if that is another one
	Connections int             `json:"connections"`
	Attempts    int             `json:"attempts"` // more than 1: the network of this machine changed during the others
}

// OriginRequest is one request and its response, as they passed.
type OriginRequest struct {
	Kind   string `json:"kind"` // preflight, fetch, or its destination: document, script, style, font and so on
	Method string `json:"method"`
	Target string `json:"target"`
	Status int    `json:"status"`

	// Sizes of whole messages in bytes, heads included, and of the fields of the CORS protocol in them.
	Sent     int `json:"sent"`
	Received int `json:"received"`
	CORS     int `json:"cors"`

	Asked    http.Header `json:"asked,omitempty"`    // those fields of the request: Origin, Access-Control-*
	Answered http.Header `json:"answered,omitempty"` // and of the response: Access-Control-*, Vary
}

// PostsPreflighted is how many preflights ten additions from one page took, one after another.
type PostsPreflighted struct {
	MaxAge     string `json:"max_age"` // Access-Control-Max-Age, in seconds; "": not sent
	Posts      int    `json:"posts"`   // answered with 201
	Preflights int    `json:"preflights"`
	Bytes      int    `json:"bytes"` // of the preflights, both ways
}

// Requests are all requests of the visit, to either origin.
func (v OriginVisit) Requests() []OriginRequest { return slices.Concat(v.Page, v.API) }

// Preflights is how many preflights the visit took.
func (v OriginVisit) Preflights() int { return v.Count("preflight") }

// Count is how many requests of that kind there were.
func (v OriginVisit) Count(kind string) (n int) {
	for _, r := range v.Requests() {
		if r.Kind == kind {
			n++
		}
	}
	return n
}

// Bytes is the size of all messages of the visit, both ways.
func (v OriginVisit) Bytes() (n int) {
	for _, r := range v.Requests() {
		n += r.Sent + r.Received
	}
	return n
}

// CORSBytes is the size of the fields of the CORS protocol in requests to the API and its responses.
func (v OriginVisit) CORSBytes() (n int) {
	for _, r := range v.Requests() {
		if strings.HasPrefix(r.Target, "/api/") {
			n += r.CORS
		}
	}
	return n
}

// Blocked reports whether Chromium blocked the API that allows no other origin, as its console says.
func (o OriginObserved) Blocked() bool {
	return slices.ContainsFunc(o.Refused.Console, func(line string) bool {
		return strings.Contains(line, "blocked by CORS policy")
	})
}

// Works reports whether the page shows the same with its API on another origin, which allows it.
func (o OriginObserved) Works() bool { return slices.Equal(o.Same.Shown, o.Cross.Shown) }

// Costs reports whether the visit took preflights and header fields that it does not take on one origin.
func (o OriginObserved) Costs() bool {
	return o.Same.Preflights() == 0 && o.Cross.Preflights() > 0 && o.Cross.CORSBytes() > o.Same.CORSBytes()
}
