package mutant

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing/fstest"
	"time"

	"spabench/harness/spatest"
)

// template is a script that a start of a container fills.
const template = "window.boot = { api: \"${API_URL}\", env: \"__APP_ENV__\" };\n"

// filled is the template with its values.
const filled = "window.boot = { api: \"https://api.example.com\", env: \"production\" };\n"

// withTemplate adds the template to a build, long enough to have a compressed copy.
func withTemplate(build fstest.MapFS) {
	content := template + filler("// ")
	build["boot.js"] = &fstest.MapFile{Data: []byte(content), Mode: 0o644}
	build["boot.js.gz"] = &fstest.MapFile{Data: compress(content), Mode: 0o644}
}

// serveAs answers matching requests with a content that the build does not have, as the
// reference would serve it.
func serveAs(m match, content func(r *http.Request, built string) string) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		plain := r.Clone(r.Context())
		plain.Method, plain.Header = http.MethodGet, r.Header.Clone()
		for _, name := range []string{"Accept-Encoding", "Range", "If-Range", "If-None-Match", "If-Modified-Since"} {
			plain.Header.Del(name)
		}
		built := record(next, plain)
		if built.Code != http.StatusOK {
			next.ServeHTTP(w, r)
			return
		}
		for name, values := range built.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		body := []byte(content(r, built.Body.String()))
		if acceptsGzip(r) {
			body = compress(string(body))
			w.Header().Set("Content-Encoding", "gzip")
		}
		sum := sha256.Sum256(body)
		w.Header().Set("ETag", `W/"`+hex.EncodeToString(sum[:8])+`"`)
		if unit, _, _ := strings.Cut(r.Header.Get("Range"), "="); unit != "bytes" {
			r = r.Clone(r.Context())
			r.Header.Del("Range")
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}

// pages: the page is asked for, at "/" or at a route.
func pages(r *http.Request) bool {
	return method("GET", "HEAD")(r) && (at("/", "/index.html")(r) || isRoute(r) && isNavigation(r))
}

// inject writes a script into the head of a page.
func inject(script string) func(*http.Request, string) string {
	return func(_ *http.Request, page string) string {
		return strings.Replace(page, "<head>", "<head>\n"+script, 1)
	}
}

func configuredMutants() []Mutant {
	templated := func(page string) string {
		return strings.Replace(page, "<head>", "<head>\n<script>window.boot = { api: \"${API_URL}\" };</script>", 1)
	}
	fill := func(_ *http.Request, page string) string {
		return strings.ReplaceAll(page, "${API_URL}", "https://api.example.com")
	}
	return []Mutant{
		{Name: "page-of-other-build", Check: "routing-root", Alone: true,
			Doc: "has a configuration in its page, which is that of another build",
			Wrap: serveAs(pages, func(r *http.Request, page string) string {
				other := strings.Replace(page, "/assets/index-", "/assets/main-", 1)
				return inject("<script>window.env = {}</script>")(r, other)
			})},
		{Name: "page-text-changed", Check: "routing-root", Alone: true,
			Doc: "has a filter that adds a text to its page",
			Wrap: serveAs(pages, func(_ *http.Request, page string) string {
				return strings.Replace(page, "<body>", "<body><p>Served by example.com</p>", 1)
			})},
		{Name: "route-unconfigured", Check: "routing-deep-link", Alone: true, Page: templated,
			Also: []string{"routing-hostile-path-no-5xx"},
			Doc:  "fills in the configuration of its page at / and not at routes",
			Wrap: serveAs(all(pages, at("/", "/index.html")), fill)},
		{Name: "stale-configuration", Check: "assets-bytes-exact", Alone: true, More: withTemplate,
			Doc: "has a compressed copy from before its configuration was filled in",
			Wrap: serveAs(all(at("/boot.js"), not(acceptsGzip)), func(*http.Request, string) string {
				return filled + filler("// ")
			})},
		{Name: "configuration-of-other-app", Check: "assets-bytes-exact", Alone: true, More: withTemplate,
			Doc: "has another script in place of its configuration",
			Wrap: serveAs(all(at("/boot.js"), not(navigation)),
				func(*http.Request, string) string { return "start();\n" + filler("// ") })},
		{Name: "configuration-is-html", Check: "assets-bytes-exact", Doc: "has HTML in place of its configuration",
			Alone: true, Wrap: serveAs(all(at("/env.js"), not(navigation)),
				func(*http.Request, string) string { return "<p>Not configured</p>" })},

		{Name: "config-one-hour", Check: "caching-config-revalidates",
			Doc:  "lets caches keep its configuration for an hour, as all its scripts",
			Wrap: set(at("/env.js"), "Cache-Control", "public, max-age=3600")},
		{Name: "config-as-asset", Check: "caching-config-revalidates",
			Also: []string{"caching-unhashed-not-immutable"},
			Doc:  "lets caches keep its configuration for a year, as what has a hash in its name",
			Wrap: set(at("/env.js"), "Cache-Control", "public, max-age=31536000, immutable")},
	}
}

func configuredOddities() []Mutant {
	return []Mutant{
		{Name: "env-written-anew", Check: "assets-bytes-exact", Doc: "writes its env.js when it starts",
			Alone: true, Wrap: serveAs(at("/env.js"),
				func(*http.Request, string) string { return "window.env = { title: 'Books', api: '/v2' };\n" })},
		{Name: "template-filled", Check: "assets-bytes-exact", Doc: "fills placeholders of a script when it starts",
			Alone: true, More: withTemplate, Wrap: serveAs(at("/boot.js"),
				func(*http.Request, string) string { return filled + filler("// ") })},
		{Name: "declared-configuration", Check: "assets-bytes-exact", Alone: true,
			Doc:      "writes a file anew that is declared as its configuration",
			Declared: func(target *spatest.Target) { target.Configured = []string{"/sw.js"} },
			Wrap:     serveAs(at("/sw.js"), func(*http.Request, string) string { return "const version = 2;\n" })},
		{Name: "page-configured", Check: "routing-root", Doc: "writes its configuration into the page", Alone: true,
			Wrap: serveAs(pages, inject(`<script>window.env = { api: "https://api.example.com" };</script>`))},
		{Name: "page-described", Check: "routing-root", Doc: "writes a base and the address of its API into the page",
			Alone: true,
			Wrap:  serveAs(pages, inject(`<base href="/"><meta name="api" content="https://api.example.com">`))},
		{Name: "page-branded", Check: "routing-root", Alone: true,
			Doc: "writes another title and the customer's settings into the page",
			Wrap: serveAs(pages, func(_ *http.Request, page string) string {
				return strings.NewReplacer("<title>", "<title>Shop · ", "<body", `<body data-customer="7" class="dark"`).
					Replace(page) + "<!-- made for 7 -->"
			})},
		{Name: "page-with-hashed-configuration", Check: "routing-root", Alone: true,
			Doc: "writes its configuration under a name with a hash, and the name into the page",
			Wrap: both(
				serveAs(pages, func(_ *http.Request, page string) string {
					return strings.Replace(page, "/env.js", "/env.1a2b3c4d.js", 1)
				}),
				both(set(at("/env.1a2b3c4d.js"), "Cache-Control", "public, max-age=31536000, immutable"),
					openAs(at("/env.1a2b3c4d.js"), "/env.js")))},
		{Name: "page-with-nonce", Check: "conditional-304", Alone: true,
			Doc: "has another nonce in every page, and in its ETag", Wrap: func(next http.Handler) http.Handler {
				var n atomic.Int64
				return serveAs(pages, func(_ *http.Request, page string) string {
					return strings.ReplaceAll(page, "<script ", fmt.Sprintf("<script nonce=\"%d\" ", n.Add(1)))
				})(next)
			}},
		{Name: "config-not-stored", Check: "caching-config-revalidates",
			Doc:  "forbids caches to keep its configuration",
			Wrap: set(at("/env.js"), "Cache-Control", "no-store")},
		{Name: "config-one-minute", Check: "caching-config-revalidates",
			Doc:  "lets caches keep its configuration for a minute",
			Wrap: set(at("/env.js"), "Cache-Control", "max-age=60")},
	}
}
