package trials

import "spabench/variants"

const (
	expressFirst  = "// first\n"
	expressHealth = "api.get('/health', health)\n"
	expressAPI    = "app.use('/api', api, (req, res) => res.status(404).json({ error: 'not found' }))\n"
	expressMore   = "// files\n"
	expressFiles  = "app.use(express.static('dist'))\n"
	expressPage   = "app.get('*', (req, res) => res.sendFile('index.html', { root: 'dist' }))\n"
	expressErrors = "// errors\n"
	expressListen = "const server = app.listen(8080)\n"
)

var express = Server{
	Name: "express", Recipe: "express-static", Main: "server.js", API: variants.OneEndpoint,
	Trials: []Trial{
		{Of: "routing-deep-link", First: swap(expressPage, ""), Places: lines(expressPage)},
		{
			Of: "routing-real-file-wins", First: swap(expressFiles+expressPage, expressPage+expressFiles),
			Places: lines(expressFiles),
		},
		{Of: "security-open-redirect", Places: lines(expressFiles)},
		{Of: "security-error-no-leak", Places: lines(expressErrors)},
		{
			Of: "routing-prefix-boundary", Places: wrap(expressAPI, "%s\n"+expressMissing),
			First: swap(expressAPI, `app.get('/api/health', health)
app.get(/^\/api/, (req, res) => res.status(404).json({ error: 'not found' }))
`),
		},
		{Of: "api-unknown-404", First: swap(expressAPI, "app.use('/api', api)\n"), Places: lines(expressAPI)},
		{
			Of: "api-405-allow", Places: lines(expressHealth),
			First: swap(expressHealth, expressHealth+"api.all('/health', (req, res) => res.sendStatus(405))\n"),
		},
		{Of: "assets-missing-404", Places: lines(expressMore)},
		{
			Of: "caching-errors-not-stored", Places: lines(expressMore),
			First: swap(expressMore, `app.use('/assets', (req, res, next) =>
  (res.set('Cache-Control', 'public, max-age=31536000, immutable'), next()))
`),
		},
		{
			Of: "assets-type-map", Words: []string{`
});`, `
})`}, Places: wrap(expressFiles, "app.use(%s)\n"),
			First: swap(expressFirst, "express.static.mime.define({ 'text/plain': ['webmanifest'] }, true)\n"),
		},
		{Of: "assets-well-known", Places: lines(expressMore)},
		{
			Of:     "caching-index-revalidates",
			First:  swap(expressFiles, "app.use(express.static('dist', { maxAge: '1y' }))\n"),
			Places: lines(expressFiles),
		},
		{Of: "caching-hashed-immutable", Places: lines(expressMore)},
		{Of: "compression-negotiated", Places: lines(expressFirst)},
		{
			Of: "conditional-304-headers", First: swap(expressFirst, "app.use(compression())\n"),
			Places: lines(expressFirst),
		},
		{
			Of: "conditional-304", Always: swap(expressPage, `const text = fs.readFileSync('dist/index.html', 'utf8')
app.get('*', (req, res) => res.type('html').send(text))
`),
			First: append(swap(expressFirst, "app.set('etag', false)\n"),
				Edit{Old: expressFiles, New: "app.use(express.static('dist', { index: false }))\n"}),
			Then:   swap(expressFiles, "app.use(express.static('dist', { index: false }))\n"),
			Places: lines(expressFirst),
		},
		{
			Of: "methods-unsafe-rejected", Places: lines(expressPage),
			Always: swap(expressFirst, "const page = (req, res) => res.sendFile('index.html', { root: 'dist' })\n"),
			First:  swap(expressPage, "app.all('*', page)\n"),
		},
		{
			Of: "security-traversal", Words: []string{"'dist'", "'dist/assets'"},
			First: swap(expressMore, `app.get('/assets/:name', (req, res) =>
  res.sendFile(path.join('/srv/dist/assets', req.params.name)))
`),
			Places: wrap(expressMore, `app.get('/assets/:name', (req, res) => {
  %s
})
`),
		},
		{
			Of: "security-dotfiles", Places: lines(expressFirst),
			Always: swap(expressFiles, "app.use(express.static('dist', { dotfiles: 'allow' }))\n"),
		},
		{Of: "security-headers", Places: lines(expressFirst)},
		{
			Of:     "conditional-304-policy",
			Always: swap(expressFiles, "app.use(express.static('dist', { index: false }))\n"),
			First: swap(expressPage, `app.get('*', (req, res) => {
  res.set('ETag', '"build-1"')
`+expressNonce),
			Places: wrap(expressPage, `app.get('*', (req, res) => {
  %s
`+expressNonce),
		},
		{
			Of: "assets-well-known-type", Places: lines(expressMore),
			Always: append(swap(expressFiles, "app.use(express.static('dist', { dotfiles: 'allow' }))\n"), association),
		},
		{Of: "lifecycle-graceful-stop", Places: lines(expressListen)},
		{
			Of: "security-project-files", First: swap(expressFiles, "app.use(express.static(__dirname))\n"),
			Places: lines(expressFiles),
		},
		{
			Of:     "api-reached",
			First:  swap(expressAPI, expressPage+expressAPI),
			Always: swap(expressPage, ""),
			Then:   swap(expressListen, expressPage+expressListen),
			Places: lines(expressAPI),
		},
		{
			Of: "clients-machines",
			Places: wrap(expressPage, `app.get('*', (req, res) => {
  %s
  else res.sendStatus(404)
})
`),
			First: swap(expressPage, `app.get('*', (req, res) => /text\/html/.test(req.get('Accept'))
  ? res.sendFile('index.html', { root: 'dist' }) : res.sendStatus(404))
`),
		},
		{Of: "missing-gets-page", Places: lines(expressPage)},
		{Of: "no-cache-policy", Places: lines(expressFiles)},
		{
			Of: "unsafe-methods", Places: lines(expressMore),
			Always: swap(expressPage, "app.use((req, res) => res.sendFile('index.html', { root: 'dist' }))\n"),
		},
		{
			Of: "range-requests",
			Places: []Place{
				{At: expressFiles, As: "%s\n"},
				{From: "res.sendFile(", At: expressPage, As: `app.get('*', (req, res) => {
  %s
})
`},
			},
		},
		{Of: "methods-host-required", Places: lines(expressFirst)},
	},
	Untried: map[string]string{"lifecycle-replace-coherent": race},
}

const (
	expressMissing = "app.use('/api', (req, res) => res.status(404).json({ error: 'not found' }))\n"
	expressNonce   = `  const nonce = crypto.randomUUID()
  res.set('Content-Security-Policy', ` + "`script-src 'nonce-${nonce}'`" + `)
  const text = fs.readFileSync('dist/index.html', 'utf8')
  res.type('html').send(text.replace('<head>', ` + "`<head><script nonce=\"${nonce}\"></script>`" + `))
})
`
)
