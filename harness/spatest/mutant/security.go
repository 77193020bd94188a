package mutant

import (
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing/fstest"
)

// root is the folder of the build in a file system that has more than the build.
const root = "/srv/dist"

var outside = fstest.MapFS{
	"etc/passwd":                 {Data: []byte("root:x:0:0:root:/root:/bin/sh\n")},
	"proc/version":               {Data: []byte("Linux version 6.1.0 (gcc 12.2.0)\n")},
	"srv/secret.txt":             {Data: []byte(Canary)},
	"srv/dist-secret/secret.txt": {Data: []byte(Canary)},
}

// escape serves files outside the build: resolve makes an absolute path of the
// request target's path, and what is not there is answered as before.
func escape(resolve func(target string) string) wrap {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			target, _, _ := strings.Cut(r.RequestURI, "?")
			data, err := fs.ReadFile(outside, strings.TrimPrefix(resolve(target), "/"))
			if err != nil {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/plain")
			w.Write(data)
		})
	}
}

// decode undoes percent-encoding where it can be undone.
func decode(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

func security() []Mutant {
	return []Mutant{
		{"traversal-plain", "security-traversal", "joins the path as it came to its root", escape(func(target string) string {
			return path.Join(root, target)
		})},
		{"traversal-encoded", "security-traversal", "cleans the path, then decodes it", escape(func(target string) string {
			return path.Join(root, decode(path.Clean("/"+target)))
		})},
		{"traversal-double-decoded", "security-traversal", "decodes the path twice, and checks it in between", escape(func(target string) string {
			once := decode(target)
			if strings.Contains(once, "..") {
				return ""
			}
			return path.Join(root, decode(once))
		})},
		{"traversal-backslash", "security-traversal", "takes a backslash for a slash after it has checked the path", escape(func(target string) string {
			plain := decode(target)
			if strings.Contains(plain, "../") {
				return ""
			}
			return path.Join(root, strings.ReplaceAll(plain, `\`, "/"))
		})},
		{"traversal-filtered-once", "security-traversal", "removes ../ once", escape(func(target string) string {
			return path.Join(root, strings.ReplaceAll(target, "../", ""))
		})},
		{"traversal-overlong", "security-traversal", "decodes over-long UTF-8", escape(func(target string) string {
			return path.Join(root, strings.ReplaceAll(strings.ReplaceAll(target, "%c0%af", "/"), "%c0%ae", "."))
		})},
		{"traversal-absolute", "security-traversal", "lets an absolute path replace its root", escape(func(target string) string {
			if plain := decode(target); strings.HasPrefix(plain, "//") {
				return path.Clean(plain)
			}
			return ""
		})},
		{"traversal-alias", "security-traversal", "maps /assets to a folder without its slash", escape(func(target string) string {
			if rest, ok := strings.CutPrefix(target, "/assets"); ok && strings.HasPrefix(rest, "..") {
				return path.Clean("/srv/assets/" + rest)
			}
			return ""
		})},
		{"traversal-sibling", "security-traversal", "checks its root as a prefix of the string", escape(func(target string) string {
			if full := path.Join(root, decode(target)); strings.HasPrefix(full, root) {
				return full
			}
			return ""
		})},
	}
}
