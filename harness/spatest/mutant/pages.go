package mutant

import (
	"net/http"
	"strings"
	"testing/fstest"
)

// rendered is a home page with its content in it.
func rendered(page string) string {
	return strings.Replace(page, `<div id="root"></div>`, `<div id="root"><h1>Library</h1><p>2 books</p></div>`, 1)
}

// withFallback adds a page of its own for routes: the empty one, where the home page is rendered.
func withFallback(build fstest.MapFS) {
	home := string(build["index.html"].Data)
	build["200.html"] = &fstest.MapFile{Mode: 0o644,
		Data: []byte(strings.Replace(home, `<h1>Library</h1><p>2 books</p>`, "", 1))}
}

// withGerman adds an app in a folder, which is its base URL.
func withGerman(build fstest.MapFS) {
	home := string(build["index.html"].Data)
	build["de/index.html"] = &fstest.MapFile{Mode: 0o644,
		Data: []byte(strings.Replace(home, "<head>", "<head>\n<base href=\"/de/\">", 1))}
}

// german: a route of the app in /de/.
var german = all(under("/de/"), func(r *http.Request) bool { return r.URL.Path != "/de/" && isNavigation(r) })

// openAs answers matching requests with what is at another path.
func openAs(m match, path string) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		r = r.Clone(r.Context())
		r.URL.Path, r.URL.RawPath = path, ""
		w.Header().Set("Vary", "Accept, Sec-Fetch-Dest")
		next.ServeHTTP(w, r)
	})
}

func pagesMutants() []Mutant {
	return []Mutant{
		{Name: "home-for-routes", Check: "routing-fallback-page", Page: rendered, More: withFallback,
			Doc: "sends its home page, which is rendered beforehand, for every route"},
		{Name: "app-at-root-for-german", Check: "routing-nested-app", More: withGerman,
			Doc: "sends the page of the app at its root for routes of the app in German"},
		{Name: "german-404", Check: "routing-nested-app", More: withGerman,
			Doc: "has routes for the app at its root alone", Wrap: status(german, http.StatusNotFound)},
	}
}

func pagesOddities() []Mutant {
	route := all(isRoute, isNavigation, method("GET", "HEAD"), not(dotfile), not(under(guardedFolder)))
	return []Mutant{
		{Name: "page-for-routes", Check: "routing-fallback-page", Page: rendered, More: withFallback, Alone: true,
			Doc: "has a page of its own for routes", Wrap: openAs(route, "/200.html")},
		{Name: "german-app", Check: "routing-nested-app", More: withGerman,
			Doc: "has an app of its own in German", Wrap: openAs(german, "/de/")},
	}
}
