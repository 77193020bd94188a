package mutant

import (
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// dotfile: the path has a segment that begins with a dot.
func dotfile(r *http.Request) bool {
	return isHidden(strings.TrimPrefix(path.Clean(r.URL.Path), "/")) // dot segments are no dotfiles
}

// listing names the files of a directory of the fixture.
func listing(dir, before, around, after string) func(*http.Request) string {
	return func(*http.Request) string {
		var items []string
		entries, _ := fs.ReadDir(Fixture(), dir)
		for _, e := range entries {
			items = append(items, strings.ReplaceAll(around, "{}", e.Name()))
		}
		return before + strings.Join(items, ",") + after
	}
}

func hiddenMutants() []Mutant {
	text := func(s string) func(*http.Request) string { return func(*http.Request) string { return s } }
	query := func(q string) match {
		return func(r *http.Request) bool { return strings.Contains(r.URL.RawQuery, q) }
	}
	html := func(dir string) func(*http.Request) string {
		return listing(dir, "<title>Index of "+dir+"</title><a href=../>..</a>", "<a href={}>{}</a>", "")
	}
	return []Mutant{
		{Name: "dotfile-git", Check: "security-dotfiles", Doc: "serves the repository's configuration",
			Wrap: say(at("/.git/config"), http.StatusOK, "text/plain", text("url = "+Canary))},
		{Name: "dotfile-env", Check: "security-dotfiles", Doc: "serves .env",
			Also: []string{"security-guard-bypass"},
			Wrap: say(at("/.env"), http.StatusOK, "text/plain", text("TOKEN="+Canary))},
		{Name: "dotfile-env-production", Check: "security-dotfiles", Doc: "refuses only .env, by its name",
			Wrap: say(at("/.env.production"), http.StatusOK, "application/octet-stream", text("TOKEN=1"))},
		{Name: "dotfile-in-assets", Check: "security-dotfiles", Doc: "refuses dotfiles only at the root",
			Wrap: say(at("/assets/.env"), http.StatusOK, "text/plain", text("TOKEN=1"))},

		{Name: "dotfile-page", Check: "security-dotfiles-not-page", Doc: "answers paths of dotfiles with the page",
			Wrap: asPage(dotfile)},
		{Name: "dotfile-page-for-browsers", Check: "security-dotfiles-not-page",
			Doc:  "answers paths of dotfiles with the page if Accept has text/html",
			Wrap: asPage(all(dotfile, navigation))},

		{Name: "listing-assets", Check: "security-no-listing", Doc: "lists the assets",
			Wrap: say(at("/assets/"), http.StatusOK, "text/html", html("assets"))},
		{Name: "listing-json", Check: "security-no-listing", Doc: "lists a directory as JSON",
			Wrap: say(all(at("/images/"), query("format=json")), http.StatusOK, "application/json",
				listing("images", "[", `{"name":"{}"}`, "]"))},
		{Name: "listing-by-query", Check: "security-no-listing",
			Doc:  "lists a directory if the query asks for a sort order",
			Wrap: say(all(at("/images/"), query("C=M")), http.StatusOK, "text/html", html("images"))},
	}
}

func hiddenOddities() []Mutant {
	return []Mutant{
		{Name: "dotfile-403", Check: "security-dotfiles", Doc: "forbids dotfiles",
			Wrap: status(dotfile, http.StatusForbidden)},
		{Name: "dotfile-empty", Check: "security-dotfiles", Doc: "sends an empty response to scanners",
			Wrap: on(at("/.env.production"), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.WriteHeader(http.StatusNoContent)
			})},
		{Name: "dotfile-hangs-up", Check: "security-dotfiles",
			Doc: "closes the connection on whoever asks for a dotfile",
			Wrap: hangUp(func(r *http.Request) bool {
				return strings.HasPrefix(path.Base(r.URL.Path), ".env") || strings.HasPrefix(r.URL.Path, "/.git/")
			})},
		{Name: "dotfile-to-root", Check: "security-dotfiles-not-page", Doc: "redirects paths of dotfiles to /",
			Wrap: redirect(dotfile, http.StatusFound, func(*http.Request) string { return "/" })},
		{Name: "listing-403", Check: "security-no-listing", Doc: "forbids directories that have no index",
			Wrap: status(at("/images/", "/assets/"), http.StatusForbidden)},
		{Name: "listing-to-root", Check: "security-no-listing", Doc: "redirects directories that have no index to /",
			Wrap: redirect(at("/images/", "/assets/"), http.StatusFound,
				func(*http.Request) string { return "/" })},
	}
}
