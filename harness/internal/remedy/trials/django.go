package trials

import "spabench/variants"

const (
	djangoURLs    = "project/urls.py"
	djangoViews   = "project/views.py"
	djangoWSGI    = "project/wsgi.py"
	djangoMore    = "# more\n"
	djangoPage    = "page = TemplateView.as_view(template_name=\"index.html\")\n"
	djangoRoute   = "    re_path(r\"^(?!(api|assets|\\.well-known)(/|$)).*$\", page),\n"
	djangoMissing = "    re_path(r\"^api(/|$)\", api_missing),\n"
	djangoNoise   = "    \"whitenoise.middleware.WhiteNoiseMiddleware\",\n"
	djangoCommand = `CMD ["gunicorn", "--bind", "0.0.0.0:8080", "--threads", "4", "project.wsgi:application"]`
	djangoStart   = `"project.wsgi:application"`
)

var django = Server{
	Name: "django", Recipe: "django-catch-all", Main: "project/settings.py", API: variants.OneEndpoint,
	Trials: []Trial{
		{
			Of: "routing-deep-link", First: []Edit{{File: djangoURLs, Old: djangoRoute}},
			Places: []Place{
				{File: djangoURLs, At: djangoPage, As: "%s\n"},
				{From: "re_path(", File: djangoURLs, At: djangoRoute, As: "    %s,\n"},
			},
		},
		{
			Of:     "assets-missing-404",
			First:  []Edit{{File: djangoURLs, Old: djangoRoute, New: "    re_path(r\"^(?!api).*$\", page),\n"}},
			Places: []Place{{File: djangoURLs, At: djangoRoute, As: "    %s,\n"}},
		},
		{
			Of: "routing-real-file-wins", First: swap(djangoFiles, ""), Places: lines(djangoFiles),
		},
		{
			Of: "api-unknown-404", Always: []Edit{{File: djangoURLs, Old: djangoMissing}},
			Places: []Place{
				{File: djangoURLs, At: "# page\n", As: "%s\n"},
				{From: "def not_found", File: djangoViews, At: "# views\n", As: "%s\n"},
			},
		},
		{
			Of: "api-405-allow", Words: []string{": ...", `:
    return JsonResponse({"status": "ok"})`},
			Places: []Place{{File: djangoViews, At: `def health(request):
    return JsonResponse({"status": "ok"})
`, As: "%s\n"}},
		},
		{Of: "assets-type-map", Places: lines(djangoMore), First: []Edit{{File: djangoViews, Old: "# views\n",
			New: "mimetypes.add_type(\"text/plain\", \".webmanifest\")\n"}}},
		{
			Of: "caching-index-revalidates",
			Places: []Place{
				{File: djangoURLs, At: djangoPage, As: "%s\n"},
				{From: "WHITENOISE_MAX_AGE", At: djangoMore, As: "%s\n"},
				{From: "# and in MIDDLEWARE", At: "    # middleware\n", As: "    %s\n"},
			},
			First:  swap(djangoMore, "WHITENOISE_MAX_AGE = 31536000\n"),
			Always: []Edit{{File: djangoViews, Old: "# views\n", New: djangoConditional}},
		},
		{
			Of: "missing-gets-page", Places: []Place{{File: djangoURLs, At: djangoPage, As: "%s\n"}},
			Always: swap(djangoFiles, "WHITENOISE_ROOT = BASE_DIR / \"dist\"\n"),
		},
		{Of: "caching-hashed-immutable", Places: lines(djangoMore)},
		{
			Of: "compression-negotiated",
			Always: []Edit{{File: "Dockerfile", Old: "WORKDIR /srv\n", New: `WORKDIR /srv
RUN find dist -name '*.gz' -delete -o -name '*.br' -delete
`}},
			Places: []Place{
				{File: "Dockerfile", At: "# build"},
				{From: "# For the page and the API", At: "    # first\n", As: "    %s\n"},
			},
		},
		{
			Of: "conditional-304", Places: []Place{{File: djangoViews, At: "# views\n", As: "%s\n"}},
			Always: swap(djangoFiles, "WHITENOISE_ROOT = BASE_DIR / \"dist\"\n"),
			Then:   swap("    # middleware\n", "    \"project.views.Conditional\",\n"),
		},
		{
			Of: "methods-unsafe-rejected", Words: []string{": ...", `:
    return render(request, "index.html")`},
			First: []Edit{{File: djangoURLs, Old: djangoPage, New: `def page(request, *groups):
    return render(request, "index.html")
`}},
			Places: []Place{{File: djangoURLs, At: djangoPage, As: "%s\n"}},
		},
		{
			Of: "security-headers", Places: wrap(djangoNoise, "    %s\n"),
		},
		{Of: "security-error-no-leak", First: swap(djangoMore, "DEBUG = True\n"), Places: lines(djangoMore)},
		{
			Of:     "clients-idle-connection",
			Words:  []string{"gunicorn --threads 4 project.wsgi", djangoCommand},
			First:  []Edit{{File: "Dockerfile", Old: `"--threads", "4", `}},
			Places: []Place{{File: "Dockerfile", At: djangoCommand}},
		},
		{
			Of: "methods-host-required", Places: []Place{{File: djangoWSGI, At: "# around\n", As: "%s\n"}},
			Then: []Edit{{File: "Dockerfile", Old: djangoStart, New: `"project.wsgi:one_host"`}},
		},
		{
			Of: "conditional-inm-forms", Places: []Place{{File: djangoWSGI, At: "# around\n", As: "%s\n"}},
			Then: []Edit{{File: "Dockerfile", Old: djangoStart, New: `"project.wsgi:listed"`}},
		},
		around("compression-qvalues", "    return application(environ, start_response)\n"),
		around("range-requests", "    return application(environ, start_response)\n"),
		around("compression-etag-distinct", ""),
	},
	Untried: map[string]string{
		"api-trailing-slash":        "the catch-all pattern matches before APPEND_SLASH redirects",
		"security-host-in-redirect": "it names the host of the site, as which the suite does not ask",
		"security-dotfiles":         "the suite puts its files there after the build, of which the remedy is a step",
	},
}

// djangoConditional is what the remedy for conditional-304 is.
const djangoConditional = `class Conditional(ConditionalGetMiddleware):
    def process_response(self, request, response):
        method, request.method = request.method, "GET"
        response = super().process_response(request, response)
        request.method = method
        return response
`

const djangoFiles = `WHITENOISE_ROOT = BASE_DIR / "dist"
WHITENOISE_INDEX_FILE = True
`

// around is a trial of a remedy that stands around the WSGI application.
func around(of, end string) Trial {
	return Trial{
		Of: of,
		Places: []Place{{
			File: djangoWSGI, At: "# around\n", As: `def wrapped(environ, start_response):
    %s
` + end,
		}},
		Then: []Edit{{File: "Dockerfile", Old: djangoStart, New: `"project.wsgi:wrapped"`}},
	}
}
