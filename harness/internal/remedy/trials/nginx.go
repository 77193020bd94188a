package trials

import "spabench/variants"

const (
	nginxPage   = "    location / { try_files $uri $uri/index.html /index.html; }"
	nginxAssets = "    location /assets/ { try_files $uri =404; }"
	nginxAPI    = "    location = /api  { proxy_pass http://127.0.0.1:8000; }\n" + nginxBelow
	nginxBelow  = "    location   /api/ { proxy_pass http://127.0.0.1:8000; }"
	nginxMore   = "    # more"
	nginxServer = `server {
    listen 8080;`
)

// nginx is tried with the API of nginx-three-container behind it.
var nginx = Server{
	Name: "nginx", Recipe: "nginx-try-files", Main: "default.conf", API: variants.FullAPI,
	Words: []string{"backend:8000", "127.0.0.1:8000"},
	Trials: []Trial{
		{Of: "routing-root", First: swap(nginxPage, "location / { index none; }"), Places: at(nginxPage)},
		{Of: "routing-deep-link", First: swap(nginxPage, "location / { }"), Places: at(nginxPage)},
		{
			Of:     "routing-trailing-slash",
			First:  swap(nginxPage, "location / { try_files $uri $uri/ /index.html; autoindex on; }"),
			Places: at(nginxPage),
		},
		{
			Of:     "routing-real-file-wins",
			First:  append(swap(nginxPage, "location / { rewrite ^ /index.html break; }"), Edit{Old: nginxAssets}),
			Places: at(nginxPage),
		},
		{
			Of: "routing-prefix-boundary", First: swap(nginxAPI, "location /api { proxy_pass http://127.0.0.1:8000; }"),
			Places: at(nginxAPI),
		},
		{
			Of: "routing-hostile-path-no-5xx",
			First: swap(nginxMore, `error_page 400 404 414 = @app;
location @app { proxy_pass http://127.0.0.1:9; }`),
			Places: at(nginxMore),
		},
		{
			Of: "api-unknown-404",
			First: swap(nginxBelow, `location /api/ { proxy_pass http://127.0.0.1:8000; proxy_intercept_errors on;
error_page 404 405 =200 /index.html; }`),
			Places: at(nginxAPI),
		},
		{
			Of:     "api-error-passthrough",
			First:  swap(nginxMore, "proxy_intercept_errors on; error_page 404 500 502 503 /index.html;"),
			Places: at(nginxMore),
		},
		{
			Of:     "api-streaming",
			Places: at(nginxBelow),
			First:  swap(nginxMore, "proxy_ignore_headers X-Accel-Buffering; gzip on; gzip_types text/event-stream;"),
		},
		{Of: "api-body-limit", First: swap(nginxMore, "client_max_body_size 16k;"), Places: at(nginxMore)},
		{Of: "assets-missing-404", First: swap(nginxAssets, ""), Places: at(nginxAssets)},
		{
			Of: "caching-errors-not-stored",
			First: swap(nginxAssets, `location /assets/ { try_files $uri =404;
add_header Cache-Control "public, max-age=31536000, immutable" always; }`),
			Places: at(nginxAssets),
		},
		{
			Of: "assets-type-map", Words: []string{`charset utf-8;
}`, "charset utf-8;"},
			Places: []Place{{File: "nginx.conf", At: `http {
    include /etc/nginx/mime.types;`}},
		},
		{
			Of: "assets-bytes-exact", Build: true, Places: at(nginxMore),
			First: swap(nginxMore, "sub_filter_types *; sub_filter function Function;"),
		},
		{Of: "assets-well-known", Places: at(nginxMore)},
		{
			Of: "caching-index-revalidates", Places: at(nginxPage),
			First: swap(nginxPage, "location / { try_files $uri $uri/index.html /index.html; expires 1y; }"),
		},
		{Of: "caching-hashed-immutable", Places: at(nginxAssets)},
		{Of: "compression-negotiated", Places: at(nginxMore)},
		{
			Of: "conditional-304-headers", Places: at(nginxMore),
			First: swap(nginxMore,
				"gzip on; gzip_vary on; gzip_types text/css text/javascript application/javascript;"),
		},
		{
			Of:     "conditional-304",
			First:  swap(nginxMore, "etag off; if_modified_since off; add_header Last-Modified \"\";"),
			Places: at(nginxMore),
		},
		{
			Of: "methods-unsafe-rejected", Places: at(nginxPage),
			First: swap(nginxPage,
				"location / { try_files $uri $uri/index.html /index.html; error_page 405 =200 $uri; }"),
		},
		{Of: "methods-405-allow", Places: at(nginxMore)},
		{Of: "security-dotfiles", Places: at(nginxMore)},
		{
			Of: "security-host-in-redirect", Places: at(nginxMore),
			Always: swap(nginxPage, "location / { try_files $uri $uri/ /index.html; }"),
		},
		{
			Of: "routing-redirect-query", Always: swap(nginxMore, `location = /assets {
    # redirect
}`),
			First: swap("    # redirect", "return 301 $uri/;"), Places: at("    # redirect"),
		},
		{
			Of: "conditional-304-policy",
			Always: []Edit{
				{Old: nginxAssets, New: "location /assets/ { try_files $uri =404;" + nginxPolicy + "}"},
				{Old: nginxPage, New: "location / { try_files $uri $uri/index.html /index.html;" + nginxPolicy + "}"},
			},
			First:  swap(nginxMore, "location = /index.html {\n"+nginxNonce+"}"),
			Words:  []string{"location = /index.html {", "location = /index.html {\n" + nginxNonce},
			Places: at(nginxMore),
		},
		{Of: "assets-well-known-type", Always: []Edit{association}, Places: at(nginxMore)},
		{Of: "security-baseline-headers", Places: at(nginxMore)},
		{
			Of: "lifecycle-graceful-stop", Words: []string{"# In the Dockerfile:\n", ""},
			Places: []Place{{File: "Dockerfile", At: "STOPSIGNAL SIGTERM"}},
		},
		{
			Of: "api-reached", First: swap(nginxBelow, "location /api/ { try_files $uri /index.html; }"),
			Places: at(nginxAPI),
		},
		{
			Of: "api-extension", Always: swap(nginxMore, "location ~* \\.(js|csv|png|css)$ { try_files $uri =404; }"),
			Places: at(nginxBelow),
		},
		{
			Of: "clients-machines",
			First: swap(nginxPage,
				"location / { if ($http_accept !~ text/html) { return 404; } try_files $uri /index.html; }"),
			Then: swap(nginxPage,
				"location / { if ($accepts_page = 0) { return 404; } try_files $uri /index.html; }"),
			Places: []Place{{At: nginxServer, As: "%s\n" + nginxServer}},
		},
		{Of: "clients-cookies", First: swap(nginxMore, "large_client_header_buffers 4 1k;"), Places: at(nginxMore)},
		{
			Of: "security-project-files", Always: []Edit{projectFolder},
			First: swap("    root /srv/dist;", "root /srv/app;"), Places: at("    root /srv/dist;"),
		},
		{
			Of: "missing-gets-page",
			Places: []Place{
				{At: nginxServer, As: "%s\n" + nginxServer}, {From: "# In server:", At: nginxPage},
			},
			First: swap(nginxAssets, ""),
		},
		{
			Of: "no-cache-policy",
			Places: []Place{
				{At: nginxServer, As: "%s\n" + nginxServer}, {From: "# In every location", At: nginxMore},
			},
		},
		{
			Of: "directory-redirect", Places: at(nginxPage),
			First: swap(nginxPage, "location / { try_files $uri $uri/ /index.html; }"),
		},
	},
	Untried: map[string]string{
		"api-path-normalisation":     "the API behind it makes no difference between the two",
		"security-traversal":         "the suite asks for no prefix that only the server knows",
		"assets-whole":               "it needs a container whose temporary folder cannot be written",
		"caching-config-revalidates": "the build has no file that is written at start",
	},
}

// nginxPolicy is that of files which are no pages.
const nginxPolicy = ` add_header Content-Security-Policy "script-src 'self'"; `

// nginxNonce writes a nonce into the page and its policy, anew for each response.
const nginxNonce = `    sub_filter '<head>' '<head><script nonce="$request_id"></script>';
    sub_filter_last_modified on;
    add_header Content-Security-Policy "script-src 'nonce-$request_id'";
`
