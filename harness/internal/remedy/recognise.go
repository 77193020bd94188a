package remedy

import (
	"slices"
	"strings"

	"spabench/harness/spatest"
)

// mark is something that a response shows of who made it.
type mark struct {
	server string
	field  string // of the header; empty: the body
	has    string // what it contains, in lower case
}

// marks are what servers say by default. Gunicorn is none: Django is not all that it serves.
var marks = []mark{
	{"nginx", "Server", "nginx"},
	{"nginx", "Server", "openresty"},
	{"nginx", "", "<center>nginx"},
	{"caddy", "Server", "caddy"},
	{"caddy", "Via", "caddy"},
	{"fastapi", "Server", "uvicorn"},
	{"fastapi", "Server", "hypercorn"},
	{"fastapi", "", `{"detail":"not found"}`},
	{"fastapi", "", `{"detail":"method not allowed"}`},
	{"django", "Server", "wsgiserver"},
	{"django", "", "<h1>not found</h1><p>the requested resource"},
	{"django", "", "using the urlconf defined in"},
	{"express", "X-Powered-By", "express"},
	{"express", "", "<pre>cannot "},
	{"fiber", "Server", "fiber"},
	{"go", "", "404 page not found"},
}

// shows reports whether the response has the mark.
func (m mark) shows(r *spatest.Response) bool {
	if m.field == "" {
		return strings.Contains(strings.ToLower(r.Excerpt), m.has)
	}
	return strings.Contains(strings.ToLower(strings.Join(r.Header.Values(m.field), ",")), m.has)
}

// Recognise names the servers that the exchanges of these outcomes show, the most frequent first.
func Recognise(outcomes ...spatest.Outcome) []Server {
	seen := map[string]int{}
	for _, o := range outcomes {
		for _, f := range o.Findings {
			if f.Exchange == nil || f.Exchange.Response == nil {
				continue
			}
			for server := range marked(f.Exchange.Response) {
				seen[server]++
			}
		}
	}
	found := slices.DeleteFunc(Servers(), func(s Server) bool { return seen[s.Name] == 0 })
	slices.SortStableFunc(found, func(a, b Server) int { return seen[b.Name] - seen[a.Name] })
	return found
}

// marked are the servers that a response shows.
func marked(r *spatest.Response) map[string]bool {
	found := map[string]bool{}
	for _, m := range marks {
		if m.shows(r) {
			found[m.server] = true
		}
	}
	// Fiber answers what it does not have as Express does, in plain text.
	if strings.HasPrefix(r.Excerpt, "Cannot ") && strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") {
		found["fiber"] = true
	}
	return found
}
