const fs = require('node:fs')
const path = require('node:path')
const express = require('express')

const dist = '/srv/dist'
const app = express()
app.enable('strict routing')
express.static.mime.define({ 'application/manifest+json': ['webmanifest'] })
app.disable('x-powered-by')

app.use((req, res, next) => {
  res.set({
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
  })
  next()
})

// The HTTP parser of Node.js accepts two Host fields.
app.use((req, res, next) => {
  const names = req.rawHeaders.filter((_, i) => i % 2 === 0)
  next(names.filter((name) => name.toLowerCase() === 'host').length > 1 ? { status: 400 } : undefined)
})

// An API never falls through to the page.
const notAllowed = (req, res) => res.set('Allow', 'GET, HEAD').status(405).json({ error: 'method not allowed' })
const api = express.Router()
api.use((req, res, next) => (res.set('Cache-Control', 'no-store'), next()))
api.route('/health').get((req, res) => res.json({ status: 'ok' })).all(notAllowed)
api.use((req, res) => res.status(404).json({ error: 'not found' }))
app.use('/api', api)

const missing = (req, res) => {
  res.removeHeader('Content-Encoding') // the file may be gone since the start
  res.set('Cache-Control', 'no-store').sendStatus(404)
}
app.use((req, res, next) => (['GET', 'HEAD'].includes(req.method) ? next() : res.set('Allow', 'GET, HEAD').sendStatus(405)))
app.use((req, res, next) => (/\0|\/\.(?!well-known\/)/.test(decodeURIComponent(req.path)) ? missing(req, res) : next()))
// A link may lead out of the folder.
app.use((req, res, next) => {
  fs.realpath(dist + decodeURIComponent(req.path), (err, real) => (err || (real + '/').startsWith(dist + '/') ? next() : missing(req, res)))
})

// What the build has compressed is sent as it is: compression on the fly answers HEAD and revalidation otherwise than
// GET, and takes time.
const built = new Set(fs.readdirSync(dist, { recursive: true }).map((file) => '/' + file))
const suffixes = { br: '.br', gzip: '.gz' }
const suffixFor = (req, res, file) => {
  res.vary('Accept-Encoding')
  const codings = Object.keys(suffixes).filter((coding) => built.has(file + suffixes[coding]))
  const coding = req.acceptsEncodings([...codings, 'identity'])
  if (!suffixes[coding]) {
    res.removeHeader('Content-Encoding')
    return ''
  }
  res.set('Content-Encoding', coding).type(path.extname(file))
  return suffixes[coding]
}

// The page is read once: while a deploy replaces it, no response mixes the old one and the new one.
const page = { '': fs.readFileSync(dist + '/index.html') }
for (const suffix of Object.values(suffixes)) {
  if (built.has('/index.html' + suffix)) page[suffix] = fs.readFileSync(dist + '/index.html' + suffix)
}
const sendPage = (req, res) => {
  res.set('Cache-Control', 'no-cache').type('html').send(page[suffixFor(req, res, '/index.html')])
}
app.get(['/', '/index.html'], sendPage)

app.use((req, res, next) => {
  const file = decodeURIComponent(req.path)
  const index = file.endsWith('/') && built.has(file + 'index.html') ? 'index.html' : ''
  req.url = req.url.replace(/(?=\?|$)/, index + suffixFor(req, res, file + index))
  next()
})

// Ranges are not offered: the package send misreads some.
const files = {
  acceptRanges: false,
  dotfiles: 'ignore', // the default lets folders with a dot pass
  redirect: false,
  index: false,
  setHeaders: (res) => res.set('Cache-Control', 'no-cache'),
}
// Their names change with their content, so a missing one gets a 404.
const hashed = { ...files, immutable: true, maxAge: '1y', setHeaders: undefined }
app.use('/assets', express.static(dist + '/assets', hashed), missing)
app.use('/.well-known', express.static(dist + '/.well-known', { ...files, dotfiles: 'allow' }), missing)
app.use(express.static(dist, files))

// The page is for navigations only: a missing image gets a 404.
app.use((req, res) => {
  res.vary('Accept, Sec-Fetch-Dest')
  const dest = req.get('Sec-Fetch-Dest') ?? (req.get('Upgrade') === 'websocket' ? 'websocket' : 'document')
  if (/\.(txt|xml)$/.test(req.path)) return missing(req, res) // which crawlers look for
  if (dest !== 'document' || !(req.get('Accept') ?? '*/*').match(/text\/html|^\*\/\*$/)) return missing(req, res)
  sendPage(req, res)
})

// Without this a path that cannot be decoded prints a stack trace.
app.use((err, req, res, next) => (res.headersSent ? next(err) : res.set('Cache-Control', 'no-store').sendStatus(err instanceof URIError ? 400 : err.status ?? 500)))

const server = app.listen(8080)
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
