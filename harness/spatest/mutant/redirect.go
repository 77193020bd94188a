package mutant

import (
	"net/http"
	"path"
	"strings"
)

// knownHost is the Host of a request, or the one that the server is configured
// with if nobody told it of that name.
func knownHost(r *http.Request) string {
	if strings.HasSuffix(r.Host, ".example") || r.Host == "" {
		return "www.example.com"
	}
	return r.Host
}

func redirectMutants() []Mutant {
	begins := func(prefix string) match {
		return func(r *http.Request) bool {
			return len(r.RequestURI) >= len(prefix) && strings.EqualFold(r.RequestURI[:len(prefix)], prefix)
		}
	}
	asSent := func(r *http.Request) string { return r.RequestURI }
	decoded := func(r *http.Request) string { return r.URL.Path }
	open := func(name, doc string, m match, to func(*http.Request) string) Mutant {
		return Mutant{
			Name:  name,
			Check: "security-open-redirect",
			Doc:   doc,
			Wrap:  redirect(m, http.StatusMovedPermanently, to),
		}
	}
	docs := func(name, doc string, to func(r *http.Request) string) Mutant {
		return Mutant{
			Name:  name,
			Check: "security-host-in-redirect",
			Doc:   doc,
			Wrap:  redirect(at("/docs"), http.StatusMovedPermanently, to),
		}
	}
	return []Mutant{
		open(
			"redirect-adds-slash",
			"redirects what is a directory once it is cleaned to the path as it came, with a slash",
			all(begins("//"), func(r *http.Request) bool {
				return path.Clean(r.URL.Path) == "/" && !strings.HasSuffix(r.URL.Path, "/")
			}),
			func(r *http.Request) string { return asSent(r) + "/" },
		),
		open(
			"redirect-drops-slash",
			"redirects what ends in a slash to the path without it",
			all(begins("//"), func(r *http.Request) bool {
				return strings.HasSuffix(r.RequestURI, "/")
			}),
			func(r *http.Request) string { return strings.TrimRight(asSent(r), "/") },
		),
		open("redirect-decodes", "redirects to the decoded path", begins("/%2f"), decoded),
		open(
			"redirect-backslash",
			"checks only for slashes before it redirects",
			func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, `/\`) },
			decoded,
		),
		open(
			"redirect-backslash-dots",
			"adds a slash to what ends in dots, whatever it begins with",
			func(r *http.Request) bool {
				return strings.HasPrefix(r.RequestURI, `/\`) && strings.HasSuffix(r.RequestURI, "/..")
			},
			func(r *http.Request) string { return asSent(r) + "/" },
		),
		open("redirect-tab", "lets a tab into a Location", begins("/%09/"), decoded),
		open(
			"redirect-in-two-steps",
			"redirects to a path that it then redirects to a host",
			begins("/./"),
			func(r *http.Request) string { return strings.TrimPrefix(asSent(r), "/.") },
		),

		docs(
			"redirect-to-host",
			"redirects a directory to the Host of the request",
			func(r *http.Request) string { return to("http://" + r.Host + "/docs/")(r) },
		),
		docs(
			"redirect-to-host-without-scheme",
			"redirects a directory to the Host of the request, by a Location without scheme",
			func(r *http.Request) string { return to("//" + r.Host + "/docs/")(r) },
		),
		docs(
			"redirect-to-port",
			"redirects a directory to the port that the container listens on",
			to("http://"+localName+":8080/docs/"),
		),
		docs(
			"redirect-to-container",
			"redirects a directory to the name of the container",
			to("http://frontend/docs/"),
		),
	}
}

func redirectOddities() []Mutant {
	return []Mutant{
		{Name: "redirect-to-home", Check: "security-open-redirect",
			Doc: "redirects paths with an empty segment to a configured site",
			Wrap: redirect(
				func(r *http.Request) bool { return strings.HasPrefix(r.RequestURI, "//") }, http.StatusFound,
				func(r *http.Request) string { return "https://www.example.com/?from=" + r.URL.EscapedPath() })},
		{Name: "redirect-escapes", Check: "security-open-redirect",
			Doc: "redirects what begins with two slashes to the path with the second escaped",
			Wrap: redirect(
				func(r *http.Request) bool { return strings.HasPrefix(r.RequestURI, "//") }, http.StatusFound,
				func(r *http.Request) string { return "/%2F" + strings.TrimLeft(r.URL.EscapedPath(), "/") })},
		{Name: "redirect-to-configured-origin", Check: "security-host-in-redirect",
			Doc: "redirects a directory to the origin that users know",
			Wrap: redirect(
				at("/docs"), http.StatusMovedPermanently, to("https://www.example.com/docs/"))},
		{Name: "unknown-host-421", Check: "security-host-in-redirect",
			Doc: "refuses an unknown Host",
			Wrap: on(
				func(r *http.Request) bool { return strings.HasSuffix(r.Host, ".example") },
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
					fail(w, http.StatusMisdirectedRequest)
				})},
	}
}
