package trials

import "spabench/variants"

const (
	fastapiFirst = "# first\n"
	fastapiAPI   = `api = FastAPI()


@api.api_route("/health", methods=["GET", "HEAD"])
def health():
    return {"status": "ok"}


@api.get("/slow")
async def slow(ms: int):
    await asyncio.sleep(ms / 1000)


app.mount("/api", api)
`
	fastapiMount = "app.mount(\"/\", SPA(directory=\"dist\", html=True))\n"
	fastapiClass = `class SPA(StaticFiles):
    async def get_response(self, path, scope):
        # get
        try:
            return await super().get_response(path, scope)
` + fastapiCatch + "    # method\n"
	fastapiSite  = fastapiClass + "\n\n" + fastapiMount
	fastapiCatch = "        except HTTPException as e:\n" + fastapiOther +
		"            return await super().get_response(\"index.html\", scope)\n"
	fastapiOther = `            if e.status_code != 404:
                raise
`
	fastapiGet   = "        # get\n"
	fastapiLast  = "# last\n"
	fastapiStart = `CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8080"]`
)

var fastapi = Server{
	Name: "fastapi", Recipe: "fastapi-catch-all", Main: "main.py", API: variants.OneEndpoint,
	Trials: []Trial{
		{
			Of: "routing-deep-link",
			First: swap(fastapiSite,
				"app.mount(\"/\", StaticFiles(directory=\"dist\", html=True))\n"),
			Places: lines(fastapiSite),
		},
		{Of: "assets-missing-404", Places: lines(fastapiClass)},
		{
			Of: "routing-hostile-path-no-5xx",
			Always: swap(fastapiSite, `dist = Path("/srv/dist")


@app.api_route("/{path:path}", methods=["GET", "HEAD"])
def spa(path: str):
    found = (dist / path).is_file()
    return FileResponse(dist / path if found else dist / "index.html")
`),
			Places: wrap("    found = (dist / path).is_file()\n", "    %s\n"),
		},
		{Of: "compression-sidecar-coherent", Places: wrap(fastapiGet, "        %s\n")},
		{
			Of: "routing-prefix-boundary",
			First: swap(fastapiAPI, `@app.get("/api{rest:path}")
def missing(rest: str):
    if rest == "/health":
        return {"status": "ok"}
    raise HTTPException(404)
`),
			Places: []Place{
				{At: "app.mount(\"/api\", api)\n", As: "%s\n"},
				{From: "app = FastAPI(", At: "app = FastAPI()\n", As: "%s\n"},
			},
		},
		{
			Of: "api-unknown-404",
			First: swap(fastapiAPI, `@app.get("/api/health")
def health():
    return {"status": "ok"}
`),
			Then: swap(fastapiAPI, `router = APIRouter()


@router.get("/health")
def health():
    return {"status": "ok"}
`),
			Places: lines(fastapiMount),
		},
		{
			Of: "assets-js-mime", Places: lines(fastapiFirst),
			First: swap(fastapiFirst, `import mimetypes
mimetypes.add_type("text/plain", ".js")
`),
		},
		{Of: "no-cache-policy", Words: []string{"class SPA(StaticFiles):\n", ""}, Places: lines("    # method\n")},
		{Of: "compression-negotiated", Places: lines(fastapiLast)},
		{
			Of: "conditional-304",
			First: swap("            return await super().get_response(\"index.html\", scope)\n",
				"            return FileResponse(\"dist/index.html\")\n"),
			Places: wrap("            return await super().get_response(\"index.html\", scope)\n", "            %s\n"),
		},
		{
			Of: "methods-head-parity",
			Always: swap(fastapiSite, `dist = Path("/srv/dist")


@app.get("/{path:path}")
def spa(path: str):
    found = (dist / path).is_file()
    return FileResponse(dist / path if found else dist / "index.html")
`),
			Places: lines("@app.get(\"/{path:path}\")\n"),
		},
		{
			Of: "security-traversal",
			Always: swap(fastapiSite, `DIST = Path("/srv/dist")


@app.api_route("/{path:path}", methods=["GET", "HEAD"])
def spa(path: str):
    file = DIST / path
    return FileResponse(file if file.is_file() else DIST / "index.html")
`),
			Places: wrap("    file = DIST / path\n", "    %s\n"),
		},
		{Of: "security-headers", Places: lines(fastapiLast)},
		{
			Of: "lifecycle-graceful-stop",
			First: []Edit{{File: "Dockerfile", Old: fastapiStart,
				New: "CMD uvicorn main:app --host 0.0.0.0 --port 8080; true"}},
			Words:  []string{`"main:app", `, `"main:app", "--host", "0.0.0.0", "--port", "8080", `},
			Places: []Place{{File: "Dockerfile", At: fastapiStart}},
		},
		{
			Of: "api-reached", Words: []string{"Site(\"dist\")", "SPA(directory=\"dist\", html=True)"},
			Always: append(swap("api = FastAPI()\n", "api = APIRouter()\n"), Edit{Old: "app.mount(\"/api\", api)\n"}),
			First:  swap(fastapiMount, fastapiMount+"app.include_router(api, prefix=\"/api\")\n"),
			Places: lines(fastapiMount),
		},
		{
			Of: "clients-machines",
			Always: swap(fastapiOther, fastapiOther+`            request = Request(scope)
            # wants
            if not wants_page:
                raise
`),
			First: swap("            # wants\n",
				"            wants_page = \"text/html\" in request.headers.get(\"accept\", \"\")\n"),
			Places: wrap("            # wants\n", "            %s\n"),
		},
		{
			Of: "security-project-files",
			Always: append(swap(fastapiMount, `@app.api_route("/", methods=["GET", "HEAD"])
def root():
    return FileResponse("dist/index.html")


# site
`),
				Edit{File: "Dockerfile", Old: "# build", New: "RUN echo '{}' > package.json"}),
			First:  swap("# site\n", "app.mount(\"/\", StaticFiles(directory=\".\"))\n"),
			Places: lines("# site\n"),
		},
		{Of: "missing-gets-page", Places: wrap(fastapiCatch, "        %s\n")},
		{Of: "methods-host-required", Places: lines(fastapiLast)},
		{Of: "range-requests", Places: wrap(fastapiGet, "        %s\n")},
	},
	Untried: map[string]string{
		"api-error-passthrough":      "it says what to leave out",
		"api-trailing-slash":         "it needs a proxy that ends TLS",
		"lifecycle-replace-coherent": race,
	},
}
