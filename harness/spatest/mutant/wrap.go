package mutant

import (
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
)

type (
	match func(r *http.Request) bool
	wrap  func(next http.Handler) http.Handler
)

// on answers matching requests by then, others as before.
func on(m match, then func(w http.ResponseWriter, r *http.Request, next http.Handler)) wrap {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if m(r) {
				then(w, r, next)
			} else {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// edit changes the status and header of the responses to matching requests.
func edit(m match, change func(status int, h http.Header) int) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(&editor{ResponseWriter: w, change: change}, r)
	})
}

// set sets a header field of the responses to matching requests.
func set(m match, name, value string) wrap {
	return edit(m, func(status int, h http.Header) int {
		if value == "" {
			h.Del(name)
		} else {
			h.Set(name, value)
		}
		return status
	})
}

type editor struct {
	http.ResponseWriter
	change func(status int, h http.Header) int
	wrote  bool
}

func (e *editor) WriteHeader(status int) {
	e.wrote = true
	e.ResponseWriter.WriteHeader(e.change(status, e.Header()))
}

func (e *editor) Write(p []byte) (int, error) {
	if !e.wrote {
		e.WriteHeader(http.StatusOK)
	}
	return e.ResponseWriter.Write(p)
}

// Unwrap lets a http.ResponseController flush, once the header is out.
func (e *editor) Unwrap() http.ResponseWriter { return e.ResponseWriter }

// asPage answers matching requests with the page.
func asPage(m match) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		root := r.Clone(r.Context())
		root.Method = http.MethodGet
		if r.Method == http.MethodHead {
			root.Method = http.MethodHead
		}
		root.URL.Path, root.URL.RawPath = "/", ""
		next.ServeHTTP(w, root)
	})
}

// status answers matching requests with a bare status.
func status(m match, code int) wrap {
	return on(m, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { fail(w, code) })
}

// say answers matching requests with a text that depends on them.
func say(m match, code int, kind string, text func(r *http.Request) string) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(code)
		io.WriteString(w, text(r))
	})
}

// hangUp closes the connection on matching requests.
func hangUp(m match) wrap {
	return on(m, func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) })
}

// hang never answers matching requests.
func hang(m match) wrap {
	return on(m, func(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() })
}

// redirect answers matching requests with a Location.
func redirect(m match, code int, to func(r *http.Request) string) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		w.Header().Set("Location", to(r))
		w.WriteHeader(code)
	})
}

// raw answers matching requests by bytes on the connection, and closes it. The
// fields that harden every response are put behind the status line.
func raw(m match, bytes string) wrap {
	if line, rest, ok := strings.Cut(bytes, "\r\n"); ok && strings.HasPrefix(line, "HTTP/1.") {
		fields := http.Header{}
		harden(fields)
		var b strings.Builder
		fields.Write(&b) // a strings.Builder takes everything
		bytes = line + "\r\n" + b.String() + rest
	}
	return on(m, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err) // the wrapped server is HTTP/1.1
		}
		defer conn.Close()
		buffer.WriteString(bytes)
		buffer.Flush()
	})
}

// both applies two wraps.
func both(a, b wrap) wrap {
	return func(next http.Handler) http.Handler { return a(b(next)) }
}

func all(ms ...match) match {
	return func(r *http.Request) bool {
		for _, m := range ms {
			if !m(r) {
				return false
			}
		}
		return true
	}
}

func not(m match) match { return func(r *http.Request) bool { return !m(r) } }

func at(paths ...string) match {
	return func(r *http.Request) bool {
		for _, p := range paths {
			if r.URL.Path == p {
				return true
			}
		}
		return false
	}
}

func under(prefix string) match {
	return func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, prefix) }
}

func method(names ...string) match {
	return func(r *http.Request) bool {
		for _, name := range names {
			if r.Method == name {
				return true
			}
		}
		return false
	}
}

func ext(e string) match {
	return func(r *http.Request) bool { return path.Ext(r.URL.Path) == e }
}

func navigation(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

func conditional(r *http.Request) bool { return r.Header.Get("If-None-Match") != "" }

// exists: a file or index of the fixture is at this path.
func exists(r *http.Request) bool {
	_, found := reference{Fixture()}.find(r)
	return found
}

func inAPI(r *http.Request) bool { return r.URL.Path == API || strings.HasPrefix(r.URL.Path, API+"/") }

// unknownAPI: a path under the API that is no endpoint.
func unknownAPI(r *http.Request) bool { return inAPI(r) && endpoints[r.URL.Path] == "" }

// isRoute: neither a file nor the API's, nor a place where only files are.
func isRoute(r *http.Request) bool {
	return !exists(r) && !inAPI(r) && !under("/assets/")(r) && !under("/.well-known/")(r) && r.URL.Path != "/docs"
}

func always(*http.Request) bool { return true }

// chunker flushes each write, so that no length can be known.
type chunker struct{ http.ResponseWriter }

func (c *chunker) WriteHeader(status int) {
	c.Header().Del("Content-Length")
	c.ResponseWriter.WriteHeader(status)
}

func (c *chunker) Write(p []byte) (int, error) {
	c.Header().Del("Content-Length")
	n, err := c.ResponseWriter.Write(p)
	http.NewResponseController(c.ResponseWriter).Flush()
	return n, err
}

// counter makes an entity tag that never comes twice.
type counter struct{ n atomic.Int64 }

func (c *counter) next() string { return `"` + strconv.FormatInt(c.n.Add(1), 10) + `"` }
