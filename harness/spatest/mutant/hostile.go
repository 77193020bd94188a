package mutant

import (
	"net/http"
	"path"
	"strings"
)

// sent: the request target has a part, in any case.
func sent(part string) match {
	return func(r *http.Request) bool { return strings.Contains(strings.ToLower(r.RequestURI), part) }
}

// controls: the decoded path has a control character.
func controls(r *http.Request) bool {
	return strings.ContainsFunc(r.URL.Path, func(c rune) bool { return c < ' ' })
}

func longTarget(r *http.Request) bool { return len(r.RequestURI) > 8<<10 }

// bigHeader: the fields are over 32 KB together.
func bigHeader(r *http.Request) bool {
	size := 0
	for name, values := range r.Header {
		size += len(name) + len(strings.Join(values, ""))
	}
	return size > 32<<10
}

func hostileMutants() []Mutant {
	const inject = "X-Spatest-Injected: 1\r\n"
	return []Mutant{
		{Name: "windows-device-hangs", Check: "security-windows-paths",
			Doc:  "opens the serial port, and waits for input",
			Wrap: hang(at("/COM1"))},
		{Name: "windows-stream-500", Check: "security-windows-paths", Doc: "fails on a colon in a name",
			Wrap: status(sent("::$data"), http.StatusInternalServerError)},
		{Name: "windows-character-500", Check: "security-windows-paths", Doc: "fails on a name that no file has",
			Wrap: status(sent("%3e"), http.StatusInternalServerError)},
		{Name: "windows-local-device", Check: "security-windows-paths", Doc: `takes \??\ for a part of a name`,
			Wrap: escape(func(target string) string {
				rest, _ := strings.CutPrefix(decode(target), `/\??\C:`)
				return strings.ReplaceAll(rest, `\`, "/")
			})},
		{Name: "windows-prefix-decoded-twice", Check: "security-windows-paths",
			Doc: "decodes a backslash twice below a prefix",
			Wrap: escape(func(target string) string {
				if !strings.HasPrefix(target, "/assets/") || !strings.Contains(target, "%255c") {
					return ""
				}
				return path.Join(root, strings.ReplaceAll(decode(decode(target)), `\`, "/"))
			})},

		{Name: "nul-500", Check: "security-control-bytes", Doc: "fails on a NUL in a path",
			Wrap: status(sent("%00"), http.StatusInternalServerError)},
		{Name: "nul-cut", Check: "security-control-bytes", Doc: "opens the file named before a NUL",
			Wrap: on(sent("%00"), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				r = r.Clone(r.Context())
				r.URL.Path, _, _ = strings.Cut(r.URL.Path, "\x00")
				r.URL.RawPath = ""
				next.ServeHTTP(w, r)
			})},
		{Name: "crlf-in-location", Check: "security-control-bytes", Doc: "decodes the query into Location",
			Wrap: raw(all(at("/docs"), sent("?a=%0d%0a")),
				"HTTP/1.1 301 Moved Permanently\r\nLocation: /docs/?a=\r\n"+inject+"Content-Length: 0\r\n\r\n")},
		{Name: "lf-in-error", Check: "security-control-bytes", Doc: "repeats the decoded path in a field of an error",
			Wrap: raw(all(under("/assets/"), sent("spatest%0a")),
				"HTTP/1.1 404 Not Found\r\nX-Missing: /assets/spatest\n"+inject+"Content-Length: 0\r\n\r\n")},
		{Name: "cr-in-location", Check: "security-control-bytes", Doc: "lets a bare CR into Location",
			Wrap: raw(all(at("/docs"), sent("?a=%0dx")),
				"HTTP/1.1 301 Moved Permanently\r\n"+
					"Location: /docs/?a=\rX-Spatest-Injected: 1\r\nContent-Length: 0\r\n\r\n")},

		{Name: "long-target-500", Check: "security-oversize", Doc: "fails on a long request target",
			Wrap: status(longTarget, http.StatusInternalServerError)},
		{Name: "big-header-502", Check: "security-oversize",
			Doc:  "has a proxy that takes a bigger header than the server behind it",
			Wrap: status(bigHeader, http.StatusBadGateway)},
		{Name: "big-header-hangs", Check: "security-oversize",
			Doc: "waits for the end of a header that its buffer cannot hold",
			Wrap: hang(func(r *http.Request) bool {
				return len(r.Header.Get("X-Spatest-Padding")) > 32<<10
			})},
	}
}

func hostileOddities() []Mutant {
	backslash := all(not(under("/search/")),
		func(r *http.Request) bool { return strings.ContainsAny(r.URL.Path, `\:*?"<>|`) })
	return []Mutant{
		{Name: "windows-400", Check: "security-windows-paths",
			Doc:  "refuses characters that Windows names cannot contain, except in searches",
			Wrap: status(backslash, http.StatusBadRequest)},
		{Name: "windows-hangs-up", Check: "security-windows-paths", Doc: "closes the connection on such characters",
			Wrap: hangUp(backslash)},
		{Name: "windows-device-page", Check: "security-windows-paths", Doc: "has a route that is named like a device",
			Wrap: asPage(at("/CON", "/nul.js", "/COM1"))},

		{Name: "control-400", Check: "security-control-bytes", Doc: "refuses control characters",
			Wrap: status(controls, http.StatusBadRequest)},
		{Name: "control-hangs-up", Check: "security-control-bytes", Doc: "closes the connection on control characters",
			Wrap: hangUp(controls)},
		{Name: "control-escaped", Check: "security-control-bytes", Doc: "repeats the path in a field, escaped",
			Wrap: on(controls, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				w.Header().Set("X-Path", r.URL.EscapedPath())
				next.ServeHTTP(w, r)
			})},

		{Name: "long-target-414", Check: "security-oversize", Doc: "refuses long request targets",
			Wrap: status(longTarget, http.StatusRequestURITooLong)},
		{Name: "big-header-431", Check: "security-oversize", Doc: "refuses big headers",
			Wrap: status(bigHeader, http.StatusRequestHeaderFieldsTooLarge)},
		{Name: "oversize-hangs-up", Check: "security-oversize", Doc: "closes the connection on what is too big",
			Wrap: hangUp(func(r *http.Request) bool { return longTarget(r) || bigHeader(r) })},
	}
}
