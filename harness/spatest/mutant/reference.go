// Package mutant holds servers to test checkers with: a reference that behaves,
// mutants of it that each break one rule, and oddities that look wrong and are
// legal. They serve the build of [Fixture].
package mutant

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// Canary stands in files of the fixture, and beside it, that are never to be served.
const Canary = "canary-7f3c1e9b"

// Reference serves a build as a careful server does. It is plain rather than
// fast: what it does is what the checks ask for, in the order of its ServeHTTP.
func Reference(build fs.FS) http.Handler { return reference{build} }

// guardedFolder is refused, whatever is in it.
const guardedFolder = "/admin/"

type reference struct{ build fs.FS }

func (s reference) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	harden(header)
	if len(r.TransferEncoding) > 0 {
		header.Set("Connection", "close") // there may be a Content-Length too, which net/http does not show
	}
	if r.URL.Path == API || strings.HasPrefix(r.URL.Path, API+"/") {
		serveAPI(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		fail(w, http.StatusMethodNotAllowed)
		return
	}
	name, found := s.find(r)
	switch {
	case strings.HasPrefix(r.URL.Path, guardedFolder):
		fail(w, http.StatusForbidden)
	case isHidden(strings.TrimPrefix(r.URL.Path, "/")):
		fail(w, http.StatusNotFound)
	case found:
		s.serveFile(w, r, name)
	case strings.HasPrefix(r.URL.Path, "/assets/"), strings.HasPrefix(r.URL.Path, "/.well-known/"):
		fail(w, http.StatusNotFound)
	case s.isFile(r.URL.Path + "/index.html"):
		to := r.URL.EscapedPath() + "/"
		if r.URL.RawQuery != "" {
			to += "?" + r.URL.RawQuery
		}
		header.Set("Location", to)
		w.WriteHeader(http.StatusPermanentRedirect)
	default:
		header.Set("Vary", "Accept, Sec-Fetch-Dest")
		if !isNavigation(r) {
			fail(w, http.StatusNotFound)
			return
		}
		s.serveFile(w, r, "index.html")
	}
}

func harden(header http.Header) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "strict-origin-when-cross-origin")
}

// find names the file for a path: itself, or the index of a directory.
func (s reference) find(r *http.Request) (string, bool) {
	if r.URL.RawPath != "" && strings.Contains(strings.ToLower(r.URL.RawPath), "%2f") {
		return "", false // an encoded slash is no separator
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if isHidden(name) || path.Ext(name) == ".gz" || !fs.ValidPath(name) {
		return "", false
	}
	info, err := fs.Stat(s.build, name)
	return name, err == nil && info.Mode().IsRegular()
}

// isHidden: a segment begins with a dot, and is not .well-known.
func isHidden(name string) bool {
	for segment := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(segment, ".") && segment != ".well-known" {
			return true
		}
	}
	return false
}

func (s reference) isFile(name string) bool {
	info, err := fs.Stat(s.build, strings.TrimPrefix(name, "/"))
	return err == nil && info.Mode().IsRegular()
}

// isNavigation tells a browser that opens a URL from a page that loads a part.
func isNavigation(r *http.Request) bool {
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "document", "iframe", "frame", "embed", "object":
		return true
	case "":
		accept := r.Header.Get("Accept")
		anything := accept == "" || strings.Contains(accept, "*/*")
		return strings.Contains(accept, "text/html") || anything && !strings.Contains(path.Base(r.URL.Path), ".")
	}
	return false
}

var types = map[string]string{
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".txt":         "text/plain; charset=utf-8",
	".json":        "application/json",
	".svg":         "image/svg+xml",
	".avif":        "image/avif",
	".png":         "image/png",
	".ico":         "image/x-icon",
	".wasm":        "application/wasm",
	".woff2":       "font/woff2",
	".webmanifest": "application/manifest+json",
}

func (s reference) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	body, err := fs.ReadFile(s.build, name)
	if err != nil {
		fail(w, http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Add("Vary", "Accept-Encoding")
	if small, err := fs.ReadFile(s.build, name+".gz"); err == nil && acceptsGzip(r) {
		body = small
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Type", types[path.Ext(name)])
	if name == ".well-known/apple-app-site-association" {
		header.Set("Content-Type", "application/json") // phones ask for it by this name
	}
	header.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	sum := sha256.Sum256(body)
	header.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	if unit, _, _ := strings.Cut(r.Header.Get("Range"), "="); unit != "bytes" {
		r = r.Clone(r.Context())
		r.Header.Del("Range") // ServeContent refuses other units, which are to be ignored
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func acceptsGzip(r *http.Request) bool {
	for item := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, weight, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
			return err != nil || q > 0
		}
	}
	return false
}

// fail answers with a status and a short text that no cache may keep.
func fail(w http.ResponseWriter, status int) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Type", "text/plain; charset=utf-8")
	body := http.StatusText(status) + "\n"
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write([]byte(body))
}
