package mutant

import (
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// guardedFile stands where the mutants below look for files.
const guardedFile = guardedFolder + "report.txt"

// unguard is a server in which whoever guards a request target and whoever opens
// the file for it read it differently.
func unguard(guards func(target string) bool, opens func(target string) string) wrap {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			target, _, _ := strings.Cut(r.RequestURI, "?")
			if guards(target) || opens(target) != guardedFile {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/plain")
			w.Write([]byte(Canary))
		})
	}
}

var (
	slashes    = regexp.MustCompile(`//+`)
	parameters = regexp.MustCompile(`;[^/]*`)
	codedSlash = regexp.MustCompile(`(?i)%2f`)
)

func guardMutants() []Mutant {
	raw := func(target string) bool { return strings.HasPrefix(target, guardedFolder) }
	decoded := func(target string) bool { return strings.HasPrefix(decode(target), guardedFolder) }
	exact := func(target string) bool { return decode(target) == guardedFile }
	return []Mutant{
		{Name: "guard-encoded-letter", Check: "security-guard-bypass",
			Doc:  "guards paths as they were sent, and decodes them to open files",
			Wrap: unguard(raw, decode)},
		{Name: "guard-encoded-slash", Check: "security-guard-bypass",
			Doc: "treats %2F as a slash only when it opens files",
			Wrap: unguard(
				func(target string) bool { return decoded(codedSlash.ReplaceAllString(target, "%252F")) }, decode)},
		{Name: "guard-double-slash", Check: "security-guard-bypass", Doc: "merges slashes after the guard",
			Wrap: unguard(decoded,
				func(target string) string { return slashes.ReplaceAllString(decode(target), "/") })},
		{Name: "guard-dot-segments", Check: "security-guard-bypass", Doc: "removes dot segments after the guard",
			Wrap: unguard(decoded,
				func(target string) string { return path.Clean(decode(target)) })},
		{Name: "guard-case", Check: "security-guard-bypass",
			Doc: "has a file system that ignores case, and a guard that does not",
			Wrap: unguard(decoded,
				func(target string) string { return strings.ToLower(decode(target)) })},
		{Name: "guard-backslash", Check: "security-guard-bypass", Doc: "treats a backslash as a slash after the guard",
			Wrap: unguard(decoded,
				func(target string) string { return strings.ReplaceAll(decode(target), `\`, "/") })},
		{Name: "guard-decoded-twice", Check: "security-guard-bypass", Doc: "decodes a path that the guard has decoded",
			Wrap: unguard(decoded,
				func(target string) string { return decode(decode(target)) })},
		{Name: "guard-parameters", Check: "security-guard-bypass", Doc: "drops path parameters after the guard",
			Wrap: unguard(decoded,
				func(target string) string {
					return slashes.ReplaceAllString(parameters.ReplaceAllString(decode(target), ""), "/")
				})},
		{Name: "guard-trailing-dot", Check: "security-guard-bypass",
			Doc: "guards a file by its name, and drops a dot at the end to open it",
			Wrap: unguard(exact,
				func(target string) string { return strings.TrimRight(decode(target), ". ") })},
		{Name: "guard-absolute-form", Check: "security-guard-bypass",
			Doc: "does not see the path in an absolute request target",
			Wrap: unguard(raw,
				func(target string) string {
					if u, err := url.Parse(target); err == nil && u.Host != "" {
						return u.Path
					}
					return target
				})},
		{Name: "guard-none", Check: "security-guard-bypass", Doc: "serves the guarded file",
			Wrap: unguard(func(string) bool { return false },
				func(target string) string { return target })},
	}
}

func guardOddities() []Mutant {
	return []Mutant{
		{Name: "guard-401", Check: "security-guard-bypass",
			Doc: "asks for credentials at whatever looks like the guarded path",
			Wrap: on(func(r *http.Request) bool {
				return strings.Contains(strings.ToLower(decode(r.RequestURI)), "report.txt")
			}, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header().Set("WWW-Authenticate", `Basic realm="admin"`)
				fail(w, http.StatusUnauthorized)
			})},
		{Name: "guard-page", Check: "security-guard-bypass", Doc: "hides the guarded folder behind the page",
			Wrap: asPage(under(guardedFolder))},
		{Name: "merges-slashes", Check: "security-guard-bypass",
			Doc: "redirects paths with empty segments to those without",
			Wrap: redirect(
				func(r *http.Request) bool { return strings.Contains(r.URL.Path, "//") }, http.StatusMovedPermanently,
				func(r *http.Request) string { return (&url.URL{Path: path.Clean("/" + r.URL.Path)}).EscapedPath() })},
	}
}
