package variants

// article is where the article behind this project is published with its examples.
const article = "https://github.com/jacobitosuperstar/fullstack-coding-challenge-library"

// Recipes returns what people really deploy: the short configuration that documentation prints, rewritten in a few
// lines and pinned to a version. Recipes are checked in the same matrix as the variants and never measured: a recipe is
// where a careful engineer starts.
func Recipes() []Variant {
	recipe := func(name, title, server, source string, root string) Variant {
		return Variant{
			Name: name, Title: title, Server: server, Kind: Recipe, Source: source, API: OneEndpoint, Redeploy: ByImage,
			Containers: []Container{{Name: "app", Dockerfile: "recipes/" + name, Root: root}},
		}
	}
	files := func(v Variant) Variant { v.API = NoAPI; return v }
	waiving := func(v Variant, reasons map[string]string) Variant { v.Waive = reasons; return v }
	const dist = "/srv/dist"
	return []Variant{
		files(recipe("nginx-try-files", "nginx: try_files $uri $uri/ /index.html",
			"nginx", "https://router.vuejs.org/guide/essentials/history-mode.html#nginx", dist)),
		files(recipe("nginx-expires", "nginx: try_files, and a year for files by extension",
			"nginx", "https://nginx.org/en/docs/http/ngx_http_headers_module.html#expires", dist)),
		files(recipe("caddy", "Caddy: try_files {path} /index.html",
			"Caddy (Go)", "https://caddyserver.com/docs/caddyfile/patterns#single-page-apps-spas", dist)),
		recipe("fastapi-catch-all", "FastAPI: a route for every path",
			"uvicorn (Python)", "https://fastapi.tiangolo.com/tutorial/path-params/#path-convertor", dist),
		recipe("fastapi-staticfiles-html", "FastAPI: StaticFiles(html=True)",
			"uvicorn (Python)", "https://www.starlette.io/staticfiles/", dist),
		recipe("django-catch-all", "Django: a pattern for every path, and WhiteNoise",
			"gunicorn (Python)",
			"https://docs.djangoproject.com/en/5.2/topics/http/urls/#using-regular-expressions", dist),
		recipe("article-fastapi", "the article: FastAPI, /assets and a route for every path",
			"uvicorn (Python)", article, dist),
		recipe("article-django", "the article: Django TemplateView and WhiteNoise",
			"gunicorn (Python)", article, dist),
		recipe("article-go", "the article: Go's FileServer over the embedded folder, as printed",
			"net/http (Go)", article, ""),
		recipe("fiber-notfoundfile", "Fiber: filesystem middleware with NotFoundFile",
			"Fiber v2 (Go)", "https://docs.gofiber.io/api/middleware/filesystem/", ""),
		recipe("fiber-static-sendfile", "Fiber: Static, then SendFile",
			"Fiber v2 (Go)", "https://docs.gofiber.io/api/app#static", dist),
		recipe("go-fileserver-embed", "Go: http.FileServer over an embedded build",
			"net/http (Go)", "https://pkg.go.dev/net/http#FileServerFS", ""),
		recipe("go-stat-then-index", "Go: look for the file, else index.html",
			"net/http (Go)", "https://github.com/gorilla/mux#serving-single-page-applications", dist),
		recipe("express-static", "Express: static, then a route for every path",
			"Express (Node.js)", "https://router.vuejs.org/guide/essentials/history-mode.html#Express", dist),
		files(recipe("serve-single", "serve -s",
			"serve (Node.js)", "https://github.com/vercel/serve#readme", dist)),
		files(recipe("sirv-single", "sirv --single",
			"sirv (Node.js)", "https://github.com/lukeed/sirv/tree/master/packages/sirv-cli#readme", dist)),

		// The same servers, configured with care. That they pass shows that the checks ask for nothing out of reach.
		waiving(files(recipe("caddy-careful", "Caddy, configured with care",
			"Caddy (Go)", "https://caddyserver.com/docs/caddyfile/directives/file_server", dist)), map[string]string{
			"security-symlink-escape": "Caddy follows links and has no setting for it; the image holds nothing but " +
				"the build, and nothing writes to it",
			"lifecycle-replace-coherent": "Caddy takes the tag of a file and opens it in two steps; a release is " +
				"another image, so no file is replaced while it is served",
		}),
		recipe("express-careful", "Express, configured with care",
			"Express (Node.js)", "https://expressjs.com/en/4x/api.html#express.static", dist),
		files(recipe("sirv-careful", "sirv, configured with care",
			"sirv (Node.js)", "https://github.com/lukeed/sirv/tree/master/packages/sirv#readme", dist)),
	}
}
