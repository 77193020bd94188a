package trials

import "spabench/variants"

const (
	serveRewrites = `  "rewrites": [
    { "source": "**", "destination": "/index.html" }
  ]`
	serveMore = `  "symlinks": false`
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
			Places: []Place{{At: "serve -c /srv/serve.json dist", As: "%s -c /srv/serve.json", File: "start.sh"}},
		},
		{Of: "assets-missing-404", Build: true, Places: inJSON(serveRewrites, "  %s", `"rewrites"`)},
		{Of: "routing-real-file-wins", Build: true, Places: inJSON(serveRewrites, "  %s", `"rewrites"`)},
		{Of: "routing-index-canonical", Build: true,
			Places: inJSON(serveMore, "  %s,\n"+serveMore, `"cleanUrls"`)},
		{Of: "caching-index-revalidates", Build: true, Places: inJSON(serveMore, "  %s,\n"+serveMore, `"headers"`)},
		{Of: "security-headers", Places: inJSON(serveMore, "  %s,\n"+serveMore, `"headers"`)},
		{
			Of: "compression-etag-distinct", Build: true, Words: []string{"-s dist", "-c /srv/serve.json dist"},
			Places: []Place{said, {At: "serve -c /srv/serve.json dist", From: "serve", File: "start.sh"}},
		},
	},
	Untried: map[string]string{"methods-unsafe-rejected": "words without code"},
}
