package trials

import "spabench/variants"

const (
	apacheMore = "    # more\n"
	apacheAPI  = `    ProxyPass /api/ http://127.0.0.1:8000/api/ nocanon
    ProxyPassMatch ^/api$ http://127.0.0.1:8000/api
`
	apacheOn    = "    RewriteEngine On\n"
	apacheNoAPI = "    RewriteRule ^/api(/|$) - [L]\n"
	apacheFiles = `    RewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} -f
    RewriteRule ^ - [L]
`
	apacheRules = apacheOn + apacheNoAPI + apacheFiles + "    RewriteRule ^ /index.html [L]\n"
	apacheRoot  = "    DocumentRoot /srv/dist\n"
)

// apache is tried with the API of nginx-three-container behind it.
var apache = Server{
	Name: "apache", Recipe: "nginx-try-files", Main: "site.conf", API: variants.FullAPI,
	Words: []string{"backend:8000", "127.0.0.1:8000"},
	Trials: []Trial{
		{
			Of: "routing-deep-link", First: swap(apacheRules, ""),
			Places: indented(apacheRules),
		},
		{
			Of:     "missing-gets-page",
			First:  swap(apacheRules, "    FallbackResource /index.html\n"),
			Places: indented(apacheRules),
		},
		{Of: "routing-real-file-wins", First: swap(apacheFiles, ""), Places: indented(apacheFiles)},
		{
			Of: "directory-redirect", Places: indented(apacheMore),
			Always: swap(apacheRules, "    FallbackResource /index.html\n"),
		},
		{
			Of: "routing-prefix-boundary", First: swap(apacheAPI, "    ProxyPass /api http://127.0.0.1:8000/api\n"),
			Always: swap(apacheNoAPI, ""),
			Places: []Place{
				{At: apacheOn, As: apacheOn + "    %s\n"}, {From: "ProxyPass /api/", At: apacheAPI, As: "    %s\n"},
			},
		},
		{
			Of: "api-error-passthrough", Always: swap(apacheNoAPI, ""),
			First: swap(apacheAPI, apacheAPI+`    ProxyErrorOverride On
    ErrorDocument 404 /index.html
`),
			Places: []Place{
				{At: apacheOn, As: apacheOn + "    %s\n"}, {From: "ProxyPass /api/", At: apacheAPI, As: "    %s\n"},
			},
		},
		{Of: "caching-index-revalidates", Places: indented(apacheMore)},
		{
			Of: "caching-errors-not-stored", Places: indented(apacheMore),
			First: swap(apacheMore, "    Header always set Cache-Control \"public, max-age=31536000, immutable\"\n"),
		},
		{
			Of:     "media-types",
			First:  swap(apacheMore, "    AddType text/plain .js .mjs .webmanifest\n"),
			Places: indented(apacheMore),
		},
		{Of: "assets-well-known-type", Always: []Edit{association}, Places: indented(apacheMore)},
		{Of: "compression-negotiated", Places: indented(apacheMore)},
		{Of: "conditional-304", First: swap(apacheMore, "    SetOutputFilter DEFLATE\n"), Places: indented(apacheMore)},
		{Of: "compression-sidecar-coherent", Places: indented(apacheMore)},
		{Of: "unsafe-methods", Places: wrap(apacheOn, apacheOn+"    %s\n")},
		{
			Of:     "methods-framing-refused",
			First:  swap(apacheMore, "    HttpProtocolOptions Unsafe\n"),
			Places: indented(apacheMore),
		},
		{Of: "security-dotfiles", Places: wrap(apacheOn, apacheOn+"    %s\n")},
		{
			Of: "security-project-files", Always: []Edit{projectFolder},
			First: swap(apacheRoot, "    DocumentRoot /srv/app\n"), Places: indented(apacheRoot),
		},
		{Of: "security-headers", Places: indented(apacheMore)},
		{Of: "security-symlink-escape", Places: indented(apacheMore)},
		{Of: "routing-encoded-segment", Places: indented(apacheMore)},
	},
}
