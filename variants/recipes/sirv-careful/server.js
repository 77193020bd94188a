const http = require('node:http')
const sirv = require('sirv')

const dist = '/srv/dist'
const common = { etag: true, brotli: true, gzip: true }
const assets = sirv(dist, { ...common, maxAge: 31536000, immutable: true })
const files = sirv(dist, {
  ...common,
  setHeaders: (res) => res.setHeader('Cache-Control', 'no-cache'),
})
const page = sirv(dist, {
  ...common,
  setHeaders(res) {
    res.setHeader('Cache-Control', 'no-cache')
    res.setHeader('Vary', 'Accept-Encoding, Accept, Sec-Fetch-Dest')
  },
})

const refuse = (res, status, header) => res.writeHead(status, { 'Cache-Control': 'no-store', ...header }).end()

const server = http.createServer((req, res) => {
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('X-Frame-Options', 'DENY')
  res.setHeader('Referrer-Policy', 'strict-origin-when-cross-origin')
  res.setHeader('Vary', 'Accept-Encoding')
  const missing = () => refuse(res, 404)

  if (req.method !== 'GET' && req.method !== 'HEAD') return refuse(res, 405, { Allow: 'GET, HEAD' })
  const [path] = req.url.split('?')
  let decoded
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return refuse(res, 400)
  }
  if (/[\0\\]|\/\.(?!well-known\/)/.test(decoded)) return missing()

  // Their names change with their content, so a missing one gets a 404.
  if (path.startsWith('/assets/')) return assets(req, res, missing)
  if (path.startsWith('/.well-known/')) return files(req, res, missing)
  files(req, res, () => {
    // The page is for navigations only: a missing image gets a 404.
    const dest = req.headers['sec-fetch-dest'] ?? (req.headers.upgrade === 'websocket' ? 'websocket' : 'document')
    const navigates = dest === 'document' && /text\/html|^\*\/\*$/.test(req.headers.accept ?? '*/*')
    if (!navigates) return missing()
    delete req._parsedUrl
    req.url = '/'
    page(req, res, missing)
  })
})
server.listen(8080)
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
