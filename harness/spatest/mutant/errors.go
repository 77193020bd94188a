package mutant

import (
	"html"
	"net/http"
	"strings"
)

func errorMutants() []Mutant {
	trace := `{"title":"Internal Server Error","status":500,"trace":"Traceback (most recent call last):\n` +
		`  File \"/app/main.py\", line 12, in fail"}`
	return []Mutant{
		{Name: "error-with-root", Check: "security-error-no-leak", Doc: "says which file it could not open",
			Wrap: say(missingAsset, http.StatusNotFound, "text/plain",
				func(r *http.Request) string {
					return "open /srv/dist" + r.URL.Path + ": no such file or directory\n"
				})},
		{Name: "error-with-stack", Check: "security-error-no-leak", Doc: "sends the stack with an error of the API",
			Wrap: say(
				func(r *http.Request) bool {
					return r.URL.Path == failEndpoint && strings.Contains(r.URL.RawQuery, "500")
				},
				http.StatusInternalServerError, "application/json", func(*http.Request) string { return trace })},
		{Name: "error-with-code", Check: "security-error-no-leak",
			Doc: "sends the stack of its framework with a path that it cannot decode",
			Wrap: say(
				sent("%ff.js"), http.StatusBadRequest, "text/plain", func(*http.Request) string {
					return "URIError: Failed to decode param\n" +
						"    at decode_param (/opt/shop/node_modules/express/lib/router/layer.js:172:12)\n"
				})},
		{Name: "error-echo", Check: "security-error-no-leak", Doc: "repeats the path in the HTML of a 404",
			Wrap: say(missingAsset, http.StatusNotFound, "text/html; charset=utf-8",
				func(r *http.Request) string { return "<pre>Cannot GET " + r.URL.Path + "</pre>" })},
		{Name: "redirect-echo", Check: "security-error-no-leak", Doc: "repeats the query in the HTML of a redirect",
			Wrap: on(at("/docs"), func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				w.Header().Set("Location", to("/docs/")(r))
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(http.StatusMovedPermanently)
				w.Write([]byte(`<a href="/docs/?` + r.URL.RawQuery + `">here</a>`))
			})},
	}
}

func errorOddities() []Mutant {
	return []Mutant{
		{Name: "error-echo-escaped", Check: "security-error-no-leak",
			Doc: "repeats the path in the HTML of a 404, escaped",
			Wrap: say(missingAsset, http.StatusNotFound, "text/html; charset=utf-8",
				func(r *http.Request) string { return "<pre>Cannot GET " + html.EscapeString(r.URL.Path) + "</pre>" })},
		{Name: "error-echo-plain", Check: "security-error-no-leak", Doc: "repeats the path in plain text",
			Wrap: say(missingAsset, http.StatusNotFound, "text/plain; charset=utf-8",
				func(r *http.Request) string { return "There is no file " + r.URL.Path + " here\n" })},
	}
}
