package mutant

import (
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing/fstest"
)

// root is the folder of the build in a file system that has more than the build.
const root = "/srv/dist"

var outside = fstest.MapFS{
	"etc/passwd":                 {Data: []byte("root:x:0:0:root:/root:/bin/sh\n")},
	"proc/version":               {Data: []byte("Linux version 6.1.0 (gcc 12.2.0)\n")},
	"windows/win.ini":            {Data: []byte("[fonts]\r\n")},
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

func securityMutants() []Mutant {
	return slices.Concat(
		traversalMutants(),
		guardMutants(),
		redirectMutants(),
		hiddenMutants(),
		projectFileMutants(),
		hostileMutants(),
		errorMutants(),
		headerMutants(),
	)
}

func securityOddities() []Mutant {
	return slices.Concat(
		traversalOddities(),
		guardOddities(),
		redirectOddities(),
		hiddenOddities(),
		projectFileOddities(),
		hostileOddities(),
		errorOddities(),
		headerOddities(),
	)
}

func traversalMutants() []Mutant {
	return []Mutant{
		{Name: "traversal-plain", Check: "security-traversal", Doc: "joins the path as it came to its root",
			Wrap: escape(func(target string) string {
				return path.Join(root, target)
			})},
		{Name: "traversal-encoded", Check: "security-traversal", Doc: "cleans the path, then decodes it",
			Wrap: escape(func(target string) string {
				return path.Join(root, decode(path.Clean("/"+target)))
			})},
		{Name: "traversal-double-decoded", Check: "security-traversal",
			Doc: "decodes the path twice, and checks it in between",
			Wrap: escape(func(target string) string {
				once := decode(target)
				if strings.Contains(once, "..") {
					return ""
				}
				return path.Join(root, decode(once))
			})},
		{Name: "traversal-backslash", Check: "security-traversal",
			Also: []string{"security-windows-paths"},
			Doc:  "treats a backslash as a slash after it has checked the path",
			Wrap: escape(func(target string) string {
				plain := decode(target)
				if strings.Contains(plain, "../") {
					return ""
				}
				return path.Join(root, strings.ReplaceAll(plain, `\`, "/"))
			})},
		{Name: "traversal-filtered-once", Check: "security-traversal", Doc: "removes ../ once",
			Wrap: escape(func(target string) string {
				return path.Join(root, strings.ReplaceAll(target, "../", ""))
			})},
		{Name: "traversal-overlong", Check: "security-traversal", Doc: "decodes over-long UTF-8",
			Wrap: escape(func(target string) string {
				return path.Join(root, strings.ReplaceAll(strings.ReplaceAll(target, "%c0%af", "/"), "%c0%ae", "."))
			})},
		{Name: "traversal-absolute", Check: "security-traversal", Doc: "lets an absolute path replace its root",
			Wrap: escape(func(target string) string {
				if plain := decode(target); strings.HasPrefix(plain, "//") {
					return path.Clean(plain)
				}
				return ""
			})},
		{Name: "traversal-alias", Check: "security-traversal", Doc: "maps /assets to a folder without its slash",
			Wrap: escape(func(target string) string {
				if rest, ok := strings.CutPrefix(target, "/assets"); ok && strings.HasPrefix(rest, "..") {
					return path.Clean("/srv/assets/" + rest)
				}
				return ""
			})},
		{Name: "traversal-sibling", Check: "security-traversal", Doc: "checks its root as a prefix of the string",
			Wrap: escape(func(target string) string {
				if full := path.Join(root, decode(target)); strings.HasPrefix(full, root) {
					return full
				}
				return ""
			})},
	}
}

func traversalOddities() []Mutant {
	return []Mutant{
		{Name: "attack-hangs-up", Check: "security-traversal",
			Doc: "closes the connection on what looks like an attack",
			Wrap: on(func(r *http.Request) bool {
				return slices.ContainsFunc([]string{"..", "%2e", "%5c", "etc/passwd"}, func(s string) bool {
					return strings.Contains(strings.ToLower(r.RequestURI), s) && !strings.Contains(r.RequestURI, "%c0")
				})
			}, func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) })},
	}
}
