package trials

import "spabench/variants"

const (
	fiberNew   = "\tapp := fiber.New()\n"
	fiberFirst = "\t// first\n"
	fiberAPI   = `	api := app.Group("/api")
	api.Get("/health", health)
	api.Get("/slow", slow)
	api.All("*", missing)
`
	fiberFiles   = "\tapp.Static(\"/\", \"./dist\")\n"
	fiberAsGet   = "\tapp.Use(asGet)\n"
	fiberThen    = "\t// then\n"
	fiberLast    = "\t// last\n"
	fiberPage    = "\tapp.Get(\"*\", page)\n"
	fiberListen  = "\tlog.Fatal(app.Listen(\":8080\"))\n"
	fiberHandler = `	app.Use(func(c *fiber.Ctx) error {
		%s
	})
`
)

var fiber = Server{
	Name: "fiber", Recipe: "fiber-static-sendfile", Main: "main.go", API: variants.OneEndpoint,
	Trials: []Trial{
		{Of: "routing-deep-link", First: swap(fiberPage, ""), Places: tabbed(fiberPage)},
		{
			Of: "routing-real-file-wins", First: swap(fiberFiles+fiberLast+fiberPage, fiberPage+fiberFiles),
			Places: tabbed(fiberFiles),
		},
		{
			Of: "routing-prefix-boundary",
			First: swap(fiberAPI, `	app.Get("/api/health", health)
	app.Use("/api", missing)
`),
			Words: []string{"app.Group(", "api := app.Group("},
			Places: wrap(fiberAPI, `	%s
	api.Get("/health", health)
	api.Get("/slow", slow)
	api.All("*", missing)
`),
		},
		{
			Of:     "api-unknown-404",
			First:  swap(fiberAPI, "\tapp.Get(\"/api/health\", health)\n"),
			Places: tabbed(fiberAPI),
		},
		{Of: "assets-missing-404", Places: tabbed(fiberLast)},
		{Of: "caching-hashed-immutable", Places: wrap(fiberFiles, "\t%s\n"+fiberFiles)},
		{
			Of: "caching-index-revalidates", Places: tabbed(fiberFiles),
			First: swap(fiberFiles, "\tapp.Static(\"/\", \"./dist\", fiber.Static{MaxAge: 31536000})\n"),
		},
		{
			Of:     "compression-negotiated",
			Places: wrap(fiberThen, "\t%s\n"),
			Always: swap(fiberFirst, fiberAsGet+fiberThen),
		},
		{
			Of: "conditional-304", Places: wrap(fiberThen, fiberHandler),
			Always: swap(fiberFirst, fiberAsGet+fiberThen),
		},
		{
			Of: "methods-unsafe-rejected", First: swap(fiberPage, "\tapp.All(\"*\", page)\n"),
			Places: []Place{
				{At: fiberPage, As: "\t%s\n"}, {From: "// and where a tag", At: fiberFirst, As: fiberHandler},
			},
		},
		{Of: "methods-host-required", Places: wrap(fiberFirst, fiberHandler)},
		{Of: "security-dotfiles", Places: tabbed(fiberFirst)},
		{Of: "security-headers", Places: tabbed(fiberFirst)},
		{Of: "lifecycle-graceful-stop", Places: tabbed(fiberListen)},
		{Of: "clients-cookies", Places: tabbed(fiberNew)},
		{Of: "missing-gets-page", Places: tabbed(fiberLast)},
		{
			Of: "security-project-files", Places: tabbed(fiberFiles),
			Always: []Edit{{File: "Dockerfile", Old: "# build", New: "COPY package.json ./"}},
			First:  swap(fiberFiles, "\tapp.Static(\"/\", \".\")\n"),
		},
	},
	Untried: map[string]string{"clients-browser-fields": "it needs a container with a read-only root"},
}
