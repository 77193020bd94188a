package trials

import "spabench/variants"

const (
	goHealth = "\tmux.HandleFunc(\"GET /api/health\", health)\n"
	goAPI    = goHealth + `	mux.HandleFunc("GET /api/slow", slow)
	mux.HandleFunc("/api/", missing)
`
	goFirst   = "\t// first\n"
	goDist    = "\tdist := os.DirFS(\"dist\")\n"
	goFuncs   = "// funcs\n"
	goHandler = `	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		// handler
		name := strings.TrimPrefix(r.URL.Path, "/")
		if info, err := fs.Stat(dist, name); err == nil && info.Mode().IsRegular() {
			http.ServeFileFS(w, r, dist, name)
			return
		}
		// page
		http.ServeFileFS(w, r, dist, "index.html")
	})
`
	goEach   = "\t\t// handler\n"
	goPage   = "\t\t// page\n"
	goWrap   = "\t// wrap\n"
	goListen = "\tlog.Fatal(server.ListenAndServe())\n"

	goInMemory = `	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if info, err := fs.Stat(dist, name); err != nil || !info.Mode().IsRegular() {
			name = "index.html"
		}
		data, _ := fs.ReadFile(dist, name)
		_ = data
		// send
	})
`
)

var goServer = Server{
	Name: "go", Recipe: "go-stat-then-index", Main: "main.go", API: variants.OneEndpoint,
	Trials: []Trial{
		{
			Of:     "routing-deep-link",
			First:  swap(goHandler, "\tmux.Handle(\"/\", http.FileServerFS(dist))\n"),
			Places: tabbed(goHandler),
		},
		{
			Of: "routing-prefix-boundary", Words: []string{", api)", ", http.HandlerFunc(missing))"},
			Always: swap(goAPI, goHealth+"\t// api\n"), Places: tabbed("\t// api\n"),
			First: swap(goWrap, `	handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api") && r.URL.Path != "/api/health" {
			missing(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
`),
		},
		{Of: "api-unknown-404", First: swap(goAPI, goHealth), Places: tabbed(goAPI)},
		{
			Of: "api-405-allow", Places: tabbed(goHealth),
			First: swap(goHealth, "\tmux.HandleFunc(\"/api/health\", health)\n"),
		},
		{
			Of: "api-reached", Words: []string{"api)", "http.HandlerFunc(missing))"},
			First: append(swap(goAPI, goHealth), Edit{Old: "\t// site\n", New: "\tmux.Handle(\"/\", site)\n"}),
			Then:  swap(goAPI, goHealth),
			Always: swap(goHandler, `	site := http.FileServerFS(onePage{dist})
	// site
`),
			Places: tabbed("\t// site\n"),
		},
		{
			Of:    "assets-missing-404",
			Words: []string{"fs.Stat(dist", "fs.Stat(os.DirFS(\"dist\")", "r, dist", "r, os.DirFS(\"dist\")"},
			Places: []Place{
				{At: goFirst, As: "\t%s\n"}, {From: "func files", At: goFuncs, As: "%s\n"},
			},
		},
		{
			Of: "assets-js-mime", First: swap(goFirst, "\tmime.AddExtensionType(\".js\", \"text/plain\")\n"),
			Places: tabbed(goFirst),
		},
		{
			Of: "no-cache-policy", Always: swap(goHandler, goInMemory),
			First:  swap("\t\t// send\n", "\t\thttp.ServeFileFS(w, r, dist, name)\n"),
			Places: wrap("\t\t// send\n", "\t\t%s\n"),
		},
		{
			Of:     "compression-negotiated",
			Always: swap(goHandler, goInMemory),
			First:  swap("\t\t// send\n", "\t\thttp.ServeFileFS(w, r, dist, name)\n"),
			Places: wrap("\t\t// send\n", "\t\t%s\n"),
		},
		{
			Of: "conditional-304", Always: swap(goHandler, goInMemory),
			First:  swap("\t\t// send\n", "\t\thttp.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))\n"),
			Places: wrap("\t\t// send\n", "\t\t%s\n"),
		},
		{Of: "methods-unsafe-rejected", Places: wrap(goEach, "\t\t%s\n")},
		{Of: "security-symlink-escape", Places: wrap(goDist, `	%s
	_ = err
`)},
		{Of: "security-dotfiles", Places: wrap(goEach, "\t\t%s\n")},
		{
			Of: "security-no-listing",
			Always: swap(goFirst, `	mux.HandleFunc("/assets/", func(w http.ResponseWriter, r *http.Request) {
		name := strings.Trim(r.URL.Path, "/")
		// stat
		_ = name
		http.FileServerFS(dist).ServeHTTP(w, r)
	})
`),
			Places: wrap("\t\t// stat\n", "\t\t%s\n"),
		},
		{
			Of: "security-headers", Then: swap(goWrap, "\thandler = harden(handler)\n"), Places: lines(goFuncs),
		},
		{
			Of: "routing-redirect-query",
			Always: swap(goFirst, `	mux.HandleFunc("GET /assets", func(w http.ResponseWriter, r *http.Request) {
		// redirect
	})
`),
			First: swap("\t\t// redirect\n",
				"\t\thttp.Redirect(w, r, path.Base(r.URL.Path)+\"/\", http.StatusMovedPermanently)\n"),
			Places: wrap("\t\t// redirect\n", "\t\t%s\n"),
		},
		{
			Of: "conditional-304-policy",
			Always: swap(goHandler, `	data, _ := fs.ReadFile(dist, "index.html")
	page := string(data)
	mux.Handle("/assets/", http.FileServerFS(dist))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		// page
	})
`),
			First: swap(goPage, `		nonce := rand.Text()
		w.Header().Set("Content-Security-Policy", "script-src 'nonce-"+nonce+"'")
		page := strings.ReplaceAll(page, "<script", "<script nonce='"+nonce+"'")
		http.ServeContent(w, r, "index.html", time.Unix(1e9, 0), strings.NewReader(page))
`),
			Places: wrap(goPage, "\t\t%s\n"),
		},
		{Of: "lifecycle-graceful-stop", Places: wrap(goListen, "\t%s\n")},
		{
			Of: "clients-machines",
			Always: swap(goPage, `		// accepts
		if !html {
			http.NotFound(w, r)
			return
		}
`),
			First:  swap("\t\t// accepts\n", "\t\thtml := strings.Contains(r.Header.Get(\"Accept\"), \"text/html\")\n"),
			Places: wrap("\t\t// accepts\n", "\t\t%s\n"),
		},
		{
			Of: "security-project-files",
			Always: append(swap("r, dist, \"index.html\"", "r, os.DirFS(\"dist\"), \"index.html\""),
				Edit{File: "Dockerfile", Old: "# build", New: "COPY package.json ./"}),
			First:  swap(goDist, "\tdist := os.DirFS(\".\")\n"),
			Places: tabbed(goDist),
		},
		{
			Of: "missing-gets-page", Places: lines(goFuncs),
			Then: swap(goPage, `		if !isPage(w, r) {
			http.NotFound(w, r)
			return
		}
`),
		},
		{
			Of: "methods-te-cl",
			Places: wrap(goWrap, `	handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		%s
		mux.ServeHTTP(w, r)
	})
`),
		},
		{
			Of: "routing-hostile-path-no-5xx",
			Always: swap(goHandler, `	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		// stat
		http.FileServerFS(dist).ServeHTTP(w, r)
	})
`),
			Places: wrap("\t\t// stat\n", "\t\t%s\n"),
		},
	},
	Untried: map[string]string{
		"routing-encoded-segment":   "it says what to do, and not how",
		"caching-errors-not-stored": "it says what to do, and not how",
	},
}
