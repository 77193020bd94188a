package trials

import "spabench/variants"

const (
	caddyMore   = "\t# more\n"
	caddyAssets = `	handle /assets/* {
		file_server
	}
`
	caddyAPI = `	@api path /api /api/*
	handle @api {
		reverse_proxy 127.0.0.1:8000
	}
`
	caddyPage = `	handle {
		try_files {path} {path}/index.html /index.html
		file_server
	}
`

	// a rewrite comes before a proxy, whatever the order in the file
	caddySwallows = `	try_files {path} /index.html
	reverse_proxy /api/* 127.0.0.1:8000
	file_server
`
)

// caddy is tried with the API of nginx-three-container behind it.
var caddy = Server{
	Name: "caddy", Recipe: "caddy", Main: "Caddyfile", API: variants.FullAPI,
	Words: []string{"backend:8000", "127.0.0.1:8000"},
	Trials: []Trial{
		{
			Of: "routing-deep-link",
			First: swap(caddyPage, `	handle {
		file_server
	}
`),
			Places: lines(caddyPage),
		},
		{
			Of: "routing-real-file-wins", Places: lines(caddyPage), Always: swap(caddyAssets, ""),
			First: swap(caddyPage, `	handle {
		rewrite * /index.html
		file_server
	}
`),
		},
		{
			Of: "security-no-listing",
			First: swap(caddyAssets, `	handle /assets/* {
		file_server browse
	}
`),
			Places: wrap(caddyAssets, `	handle /assets/* {
		%s
	}
`),
		},
		{
			Of: "routing-prefix-boundary", Places: lines(caddyAPI),
			First: swap(caddyAPI, `	handle /api* {
		reverse_proxy 127.0.0.1:8000
	}
`),
		},
		{Of: "api-unknown-404", First: swap(caddyAPI+caddyPage, caddySwallows), Places: lines(caddyAPI + caddyPage)},
		{Of: "api-reached", First: swap(caddyAPI+caddyPage, caddySwallows), Places: lines(caddyAPI + caddyPage)},
		{Of: "assets-missing-404", Always: swap(caddyAssets, ""), Places: lines(caddyPage)},
		{Of: "assets-well-known", Places: lines(caddyMore)},
		{Of: "caching-hashed-immutable", Places: lines(caddyMore)},
		{
			Of: "caching-errors-not-stored", Places: lines(caddyMore),
			First: swap(caddyMore, "\theader /assets/* Cache-Control \"public, max-age=31536000, immutable\"\n"),
		},
		{
			Of: "caching-index-revalidates", Places: lines(caddyMore),
			First: swap(caddyMore, "\theader Cache-Control max-age=31536000\n"),
		},
		{
			Of: "conditional-304-headers", Always: swap(caddyAssets, ""), First: swap(caddyMore, "\tencode gzip\n"),
			Places: []Place{
				{File: "Dockerfile", At: "# build"},
				{
					From: "# and in the Caddyfile", At: caddyPage,
					As: `	handle {
		try_files {path} {path}/index.html /index.html
		%s
	}
`,
				},
			},
		},
		{
			Of:     "conditional-validator",
			First:  []Edit{{File: "Dockerfile", Old: "# build", New: "RUN find /srv -type f -exec touch -d @0 {} +"}},
			Places: []Place{{File: "Dockerfile", At: "# build"}},
		},
		{Of: "assets-type-map", Places: lines(caddyMore)},
		{Of: "methods-te-cl", Places: lines(caddyMore)},
		{Of: "unsafe-methods", First: swap(caddyMore, "\tmethod GET\n"), Places: lines(caddyMore)},
		{Of: "security-dotfiles", Places: lines(caddyMore)},
		{Of: "security-baseline-headers", Places: lines(caddyMore)},
		{
			Of: "security-project-files", Always: []Edit{projectFolder},
			First: swap("\troot /srv/dist\n", "\troot /srv/app\n"), Places: lines("\troot /srv/dist\n"),
		},
		{Of: "missing-gets-page", Always: swap(caddyAssets, ""), Places: lines(caddyPage)},
		{Of: "no-cache-policy", Places: lines(caddyMore)},
	},
	Untried: map[string]string{"caching-config-revalidates": "the build has no file that is written at start"},
}
