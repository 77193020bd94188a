package trials

import "spabench/variants"

const (
	serveRewrites = `  "rewrites": [
    { "source": "**", "destination": "/index.html" }
  ]`
	serveMore  = `  "symlinks": false`
	serveStart = "serve -c /srv/serve.json dist"
)

// said is where the words before the lines of a remedy go: JSON has no comments.
var said = Place{At: "what the remedies say in words", File: "words.txt"}

// inJSON is a place in the configuration for lines that begin so.
func inJSON(text, as, from string) []Place { return []Place{said, {At: text, As: as, From: from}} }

var serve = Server{
	Name: "serve", Recipe: "serve-single", Main: "serve.json", API: variants.NoAPI,
	Trials: []Trial{
		{
			Of:     "routing-deep-link",
			First:  swap(serveRewrites+",\n", ""),
			Then:   swap(serveRewrites+",\n", ""),
			Places: []Place{{At: serveStart, As: "%s -c /srv/serve.json", File: "start.sh"}},
		},
		{Of: "routing-real-file-wins", Build: true, Places: inJSON(serveRewrites, "  %s", `"rewrites"`)},
		{Of: "routing-index-canonical", Build: true, Places: inJSON(serveMore, "  %s,\n"+serveMore, `"cleanUrls"`)},
		{Of: "caching-index-revalidates", Build: true, Places: inJSON(serveMore, "  %s,\n"+serveMore, `"headers"`)},
		{Of: "security-headers", Places: inJSON(serveMore, "  %s,\n"+serveMore, `"headers"`)},
		{
			Of: "conditional-304-headers", Build: true, Words: []string{"-etag dist", "-etag -c /srv/serve.json dist"},
			Places: []Place{said, {At: serveStart, From: "serve --no", File: "start.sh"}},
		},
		{
			// All of them in one file, and a file that is missing.
			Of: "missing-gets-page", Build: true,
			Always: append(swap(serveMore, `  "cleanUrls": ["/docs"],
  "headers": [
    { "source": "{**,.well-known/**}", "headers": [
      { "key": "Cache-Control", "value": "no-cache" }
    ] },
    { "source": "assets/**", "headers": [
      { "key": "Cache-Control", "value": "public, max-age=31536000, immutable" }
    ] }
  ]`), Edit{File: "Dockerfile", Old: "# build", New: "RUN echo absent > /srv/dist/404.html"}),
			Places: inJSON(serveRewrites, "  %s", `"rewrites"`),
		},
	},
	Untried: map[string]string{
		"methods-unsafe-rejected": "words without code",
		"methods-head-parity":     "a proxy is to compress, which no trial has",
		"conditional-304":         "serve passes it as it is started by most",
	},
}
