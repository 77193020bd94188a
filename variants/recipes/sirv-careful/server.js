const crypto = require('node:crypto')
const fs = require('node:fs')
const http = require('node:http')
const sirv = require('sirv')

const dist = '/srv/dist'
const built = new Set(fs.readdirSync(dist, { recursive: true }).map((file) => '/' + file))

const common = { etag: true, brotli: true, gzip: true }
const typed = (res, file) => file.endsWith('.ico') && res.setHeader('Content-Type', 'image/x-icon')
const assets = sirv(dist, { ...common, maxAge: 31536000, immutable: true, setHeaders: typed })
const files = sirv(dist, {
  ...common,
  setHeaders(res, file) {
    res.setHeader('Cache-Control', 'no-cache')
    typed(res, file)
  },
})

// sirv keeps the length of a file and reads its bytes later. The page is read once: while a deploy replaces it, no
// response mixes the old one and the new one.
const pages = []
for (const [coding, suffix] of [['br', '.br'], ['gzip', '.gz'], ['', '']]) {
  if (!built.has('/index.html' + suffix)) continue
  const body = fs.readFileSync(dist + '/index.html' + suffix)
  const header = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': body.length,
    'Cache-Control': 'no-cache',
    ETag: `"${crypto.createHash('sha256').update(body).digest('base64url')}"`,
  }
  pages.push({ coding, body, header: coding ? { ...header, 'Content-Encoding': coding } : header })
}
const sendPage = (req, res) => {
  const codings = req.headers['accept-encoding'].split(',').map((coding) => coding.split(';')[0].trim().toLowerCase())
  const { body, header } = pages.find(({ coding }) => !coding || codings.includes(coding))
  res.writeHead(200, header).end(body)
}

const refuse = (res, status, header) => res.writeHead(status, { 'Cache-Control': 'no-store', ...header }).end()

// sirv takes a coding for accepted wherever its name is, even with a weight of 0.
const accepted = (codings = '') =>
  codings.split(',').filter((coding) => !/;\s*q=0(\.0*)?\s*$/i.test(coding)).join(',')

// sirv compares If-None-Match with its tag as a whole, and sends a 304 without fields, so that is decided here. Node.js
// sends no content with a 304.
const revalidate = (req, res) => {
  const condition = req.headers['if-none-match']
  if (condition === undefined) return
  delete req.headers['if-none-match']
  const opaque = (tag) => tag.trim().replace(/^W\//, '')
  const { writeHead } = res
  res.writeHead = (status, header) => {
    const fresh = status === 200 && condition.split(',').some(
      (tag) => ['*', opaque(header.ETag)].includes(opaque(tag)))
    const { 'Content-Length': length, 'Content-Type': type,
      'Content-Encoding': coding, ...kept } = header
    return writeHead.call(res, fresh ? 304 : status, fresh ? kept : header)
  }
}

const server = http.createServer((req, res) => {
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('X-Frame-Options', 'DENY')
  res.setHeader('Referrer-Policy', 'strict-origin-when-cross-origin')
  res.setHeader('Vary', 'Accept-Encoding')
  const missing = () => refuse(res, 404)

  // The HTTP parser of Node.js accepts two Host fields.
  const names = req.rawHeaders.filter((_, i) => i % 2 === 0)
  if (names.filter((name) => name.toLowerCase() === 'host').length > 1) return refuse(res, 400)
  if (req.method !== 'GET' && req.method !== 'HEAD') return refuse(res, 405, { Allow: 'GET, HEAD' })
  const [path] = req.url.split('?')
  let decoded
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return refuse(res, 400)
  }
  if (/[\0\\]|\/\.(?!well-known\/)/.test(decoded)) return missing()

  req.headers['accept-encoding'] = accepted(req.headers['accept-encoding'])
  delete req.headers.range // sirv misreads some ranges, and a server need not support any
  revalidate(req, res)

  // sirv opens a file after it has sent a 200: one that is gone would end the process.
  res.on('pipe', (file) => file.on('error', () => res.destroy()))
  const file = decoded.replace(/\/$/, '/index.html')
  fs.open(dist + file, (err, opened) => {
    if (opened) fs.close(opened, () => {})
    if (err && built.has(file)) return err.code === 'ENOENT' ? missing() : refuse(res, 500)
    send(req, res, path, decoded)
  })
})

const send = (req, res, path, decoded) => {
  const missing = () => refuse(res, 404)
  // Their names change with their content, so a missing one gets a 404. To sirv, a file is a folder, too.
  const folder = decoded.endsWith('/') && !built.has(decoded + 'index.html')
  if (path.startsWith('/assets/')) return folder ? missing() : assets(req, res, missing)
  if (path.startsWith('/.well-known/')) return folder ? missing() : files(req, res, missing)
  if (/\.(txt|xml)$/.test(decoded)) return files(req, res, missing) // which crawlers look for
  const orPage = () => {
    // The page is for navigations only: a missing image gets a 404.
    const dest = req.headers['sec-fetch-dest'] ?? (req.headers.upgrade === 'websocket' ? 'websocket' : 'document')
    const navigates = dest === 'document' && /text\/html|^\*\/\*$/.test(req.headers.accept ?? '*/*')
    res.setHeader('Vary', 'Accept-Encoding, Accept, Sec-Fetch-Dest')
    navigates ? sendPage(req, res) : missing()
  }
  if (decoded === '/' || decoded === '/index.html') return sendPage(req, res)
  folder ? orPage() : files(req, res, orPage)
}
server.listen(8080)
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
