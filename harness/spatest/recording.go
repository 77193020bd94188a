package spatest

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Recording is what a browser recorded of a visit: what it requested, and what came. It is read by [ReadHAR].
type Recording struct {
	Page     string     // URL of the page, without query: the first that came from the server with its content
	Requests []Recorded // in the order in which they began
}

// Recorded is one request of a recording.
type Recorded struct {
	Exchange Exchange      // without a response where none came
	Dest     string        // what asked for it, as Sec-Fetch-Dest has it: document, script, style, image, empty, …
	Failed   string        // why no response came, or why it was not used; "" if it was
	Stored   string        // where the response came from instead of the server; "" if it came from it
	Began    time.Duration // since the first request of the recording
	Phases   Phases
}

// Phases are the parts of the time that a request took. What a browser did not record is 0.
type Phases struct {
	Queued     time.Duration // before a connection was free
	Connecting time.Duration // resolving the name, connecting, TLS
	Waiting    time.Duration // sending the request, and until the first byte of the response
	Receiving  time.Duration
}

// URL is that of the request.
func (r Recorded) URL() string { return r.Exchange.Origin + r.Exchange.Request.Target }

// Own reports whether the request went to the origin of the page.
func (r *Recording) Own(one Recorded) bool {
	return one.Exchange.Origin == r.origin() && strings.HasPrefix(one.Exchange.Request.Target, "/")
}

func (r *Recording) origin() string {
	u, err := url.Parse(r.Page)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// page is the request for the page.
func (r *Recording) page() (Recorded, bool) {
	i := slices.IndexFunc(r.Requests, func(one Recorded) bool {
		return one.Dest == "document" && one.answers() && withoutQuery(one.URL()) == r.Page
	})
	if i < 0 {
		return Recorded{}, false
	}
	return r.Requests[i], true
}

func withoutQuery(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address
}

// answers reports whether the recording holds what the server answers to this request, whoever asks: a 304 and what
// came from a cache are about another response.
func (r Recorded) answers() bool {
	x := r.Exchange
	return x.Response != nil && x.Response.Status > 0 && x.Response.Status != http.StatusNotModified && r.Stored == ""
}

// errNotRecorded: a request is not in the recording.
var errNotRecorded = errors.New("the recording has no such request")

func unrecorded(err error) bool { return errors.Is(err, errNotRecorded) }

// answer is the exchange that the recording has for a request. Only a plain GET can be answered, as a browser sends it
// for one destination; the page stands for "/", whatever its path.
func (r *Recording) answer(request Request) (*Exchange, error) {
	dest := ""
	plain := cmp.Or(request.Method, http.MethodGet) == http.MethodGet && request.Raw == "" && request.Body == ""
	for _, f := range request.Header {
		switch name := strings.ToLower(f.Name); name {
		case "sec-fetch-dest":
			dest = f.Value
		case "accept-encoding":
			plain = plain && f.Value == browserCodings
		case "accept", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-user", "user-agent":
		default:
			plain = false
		}
	}
	if request.Target == "/" && dest == "document" && plain {
		if page, ok := r.page(); ok {
			return page.copied(), nil
		}
	}
	for _, one := range r.Requests {
		if plain && r.Own(one) && one.answers() && one.Dest == dest && one.Exchange.Request.Target == request.Target &&
			one.Exchange.Request.Method == http.MethodGet {
			return one.copied(), nil
		}
	}
	return nil, errNotRecorded
}

// answers are those for all of the requests, as of a client.
func (r *Recording) answers(requests []Request) (done []*Exchange, err error) {
	for _, request := range requests {
		x, err := r.answer(request)
		if err != nil {
			return done, fmt.Errorf("%w: %s %s", err, cmp.Or(request.Method, http.MethodGet), request.Target)
		}
		done = append(done, x)
	}
	return done, nil
}

// copied is the exchange as the caller's own, whether a response came or not.
func (r Recorded) copied() *Exchange {
	x := r.Exchange
	if x.Response != nil {
		response := *x.Response
		response.Header = response.Header.Clone()
		x.Response = &response
	}
	return &x
}

// files are the parts of the app that the recording has from the server, apart from pages and calls.
func (r *Recording) files() []File {
	var files []File
	for _, one := range r.Requests {
		target := one.Exchange.Request.Target
		known := slices.ContainsFunc(files, func(f File) bool { return f.Target == target })
		if !r.Own(one) || !one.answers() || known || one.Dest == "document" || one.Dest == "empty" {
			continue
		}
		files = append(files, File{Target: target, Dest: one.Dest, Hashed: hashed(target)})
	}
	return files
}
