package mutant

import (
	"net/http"
	"strings"
)

// mapped: a source map of a script or style sheet that exists.
func mapped(r *http.Request) bool {
	if !strings.HasSuffix(r.URL.Path, ".map") {
		return false
	}
	source := r.Clone(r.Context())
	source.URL.Path = strings.TrimSuffix(r.URL.Path, ".map")
	return exists(source)
}

func projectFileMutants() []Mutant {
	serves := func(kind, path, content string) wrap {
		return say(at(path), http.StatusOK, kind, func(*http.Request) string { return content })
	}
	return []Mutant{
		{Name: "project-manifest", Check: "security-project-files", Doc: "serves the project's package.json",
			Wrap: serves("application/json", "/package.json",
				`{"name":"library","private":true,"dependencies":{"express":"4.18.1"}}`)},
		{Name: "project-server", Check: "security-project-files", Doc: "serves its own source",
			Wrap: serves("text/javascript", "/server.js", "const key = process.env.API_KEY;\napp.listen(8080);\n")},
		{Name: "project-dockerfile", Check: "security-project-files", Doc: "serves its Dockerfile",
			Wrap: serves("application/octet-stream", "/Dockerfile", "FROM node:24\nCOPY . .\n")},
		{Name: "project-dependencies", Check: "security-project-files", Doc: "serves node_modules",
			Wrap: serves("application/json", "/node_modules/express/package.json", `{"name": "express"}`)},
		{Name: "project-data", Check: "security-project-files", Doc: "serves its database",
			Wrap: serves("application/octet-stream", "/db.sqlite3", "SQLite format 3\x00")},
		{Name: "project-canary", Check: "security-project-files", Doc: "serves a manifest with a token in it",
			Wrap: serves("text/plain", "/requirements.txt", "--index-url https://"+Canary+"@packages.example.com\n")},
		{Name: "development-server", Check: "security-project-files", Doc: "is the server of the development",
			Wrap: serves("text/javascript", "/@vite/client", "const socket = new WebSocket(url);\n")},

		{Name: "source-maps", Check: "security-source-maps", Doc: "has source maps beside its scripts", Wrap: say(
			mapped, http.StatusOK, "application/json", func(*http.Request) string {
				return `{"version":3,"sources":["main.ts"],"sourcesContent":["secret()"],"mappings":"AAAA"}`
			})},
	}
}

func projectFileOddities() []Mutant {
	return []Mutant{
		{Name: "project-route", Check: "security-project-files",
			Doc:  "has a route that is called like a file of a project",
			Wrap: asPage(at("/Dockerfile", "/Makefile"))},
		{Name: "project-soft-404", Check: "security-project-files",
			Doc: "says in 200 and JSON that there is no package.json",
			Wrap: say(at("/package.json"), http.StatusOK, "application/json",
				func(*http.Request) string { return `{"error":"not found"}` })},
		{Name: "project-hangs-up", Check: "security-project-files",
			Doc:  "closes the connection on who looks for its dependencies",
			Wrap: hangUp(under("/node_modules/"))},
		{Name: "maps-for-tracker", Check: "security-source-maps", Doc: "says that its source maps are elsewhere",
			Wrap: say(mapped, http.StatusOK, "application/json",
				func(*http.Request) string { return `{"at":"tracker"}` })},
	}
}
