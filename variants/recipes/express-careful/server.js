const compression = require('compression')
const express = require('express')

const dist = '/srv/dist'
const app = express()
app.disable('x-powered-by')

app.use((req, res, next) => {
  res.set({
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
  })
  next()
})

// An API never falls through to the page.
const notAllowed = (req, res) => res.set('Allow', 'GET, HEAD').status(405).json({ error: 'method not allowed' })
const api = express.Router()
api.use((req, res, next) => (res.set('Cache-Control', 'no-store'), next()))
api.route('/health').get((req, res) => res.json({ status: 'ok' })).all(notAllowed)
api.use((req, res) => res.status(404).json({ error: 'not found' }))
app.use('/api', api)

const missing = (req, res) => res.set('Cache-Control', 'no-store').sendStatus(404)
app.use((req, res, next) => (['GET', 'HEAD'].includes(req.method) ? next() : res.set('Allow', 'GET, HEAD').sendStatus(405)))
app.use((req, res, next) => (/\/\.(?!well-known\/)/.test(decodeURIComponent(req.path)) ? missing(req, res) : next()))
app.use(compression())

// Their names change with their content, so a missing one gets a 404.
app.use('/assets', express.static(dist + '/assets', { immutable: true, maxAge: '1y', redirect: false }), missing)

const files = {
  dotfiles: 'ignore', // the default lets folders with a dot pass
  redirect: false,
  setHeaders(res, file) {
    res.set('Cache-Control', 'no-cache')
    if (file.endsWith('.webmanifest')) res.set('Content-Type', 'application/manifest+json')
  },
}
app.use('/.well-known', express.static(dist + '/.well-known', { ...files, dotfiles: 'allow' }), missing)
app.use(express.static(dist, files))

// The page is for navigations only: a missing image gets a 404.
app.use((req, res) => {
  res.vary('Accept, Sec-Fetch-Dest')
  const dest = req.get('Sec-Fetch-Dest') ?? (req.get('Upgrade') === 'websocket' ? 'websocket' : 'document')
  if (dest !== 'document' || !(req.get('Accept') ?? '*/*').match(/text\/html|^\*\/\*$/)) return missing(req, res)
  res.set('Cache-Control', 'no-cache').sendFile('index.html', { root: dist, cacheControl: false })
})

// Without this a path that cannot be decoded prints a stack trace.
app.use((err, req, res, next) => (res.headersSent ? next(err) : res.set('Cache-Control', 'no-store').sendStatus(err instanceof URIError ? 400 : err.status ?? 500)))

const server = app.listen(8080)
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
