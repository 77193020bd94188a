// Draws the pictures that are committed: marbled endpapers, the app's icons, the favicon.
// Run by hand (npm run art) when a drawing changes; a build takes the files as they are.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { crc32, deflateSync } from 'node:zlib'

const root = new URL('..', import.meta.url)
const save = (path, data) => {
  const file = fileURLToPath(new URL(path, root))
  mkdirSync(fileURLToPath(new URL('.', new URL(path, root))), { recursive: true })
  writeFileSync(file, data)
  console.log(`${path}: ${data.length} bytes`)
}

/** A PNG, 8 bits a channel, from pixel(x, y) → [r, g, b, a]; alpha is written only when asked for. */
function png(width, height, pixel, alpha) {
  const channels = alpha ? 4 : 3
  const rows = Buffer.alloc(height * (1 + width * channels)) // each row starts with its filter: 0, none
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows.set(pixel(x, y).slice(0, channels), y * (1 + width * channels) + 1 + x * channels)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, alpha ? 6 : 2], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** An ICO whose entries are PNGs, as every browser of the last decade reads. */
function ico(sizes) {
  const images = sizes.map((size) => png(size, size, mark(size), true))
  const head = Buffer.alloc(6 + 16 * sizes.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(sizes.length, 4)
  let offset = head.length
  sizes.forEach((size, i) => {
    const at = 6 + 16 * i
    head.set([size, size], at)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(images[i].length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += images[i].length
  })
  return Buffer.concat([head, ...images])
}

/** The drawing of src/assets/logo.svg, in its 64 units, as a pixel function with 4 × 4 samples. */
function mark(size) {
  const layers = [
    [(x, y) => roundedSquare(x, y, 14), [122, 35, 49]],
    [polygon([[11, 17], [30, 22], [30, 51], [11, 46]]), [251, 247, 239]],
    [polygon([[53, 17], [34, 22], [34, 51], [53, 46]]), [251, 247, 239]],
    [polygon([[41, 20.2], [47, 18.6], [47, 34.6], [44, 32.4], [41, 36.2]]), [217, 164, 65]],
  ]
  const samples = [0.125, 0.375, 0.625, 0.875]
  return (px, py) => {
    const sum = [0, 0, 0, 0]
    for (const dy of samples) {
      for (const dx of samples) {
        const [x, y] = [((px + dx) * 64) / size, ((py + dy) * 64) / size]
        const colour = layers.findLast(([inside]) => inside(x, y))?.[1]
        if (colour) [...colour, 255].forEach((value, i) => (sum[i] += value))
      }
    }
    const covered = sum[3] / 255
    return covered ? [...sum.slice(0, 3).map((v) => Math.round(v / covered)), Math.round(sum[3] / 16)] : [0, 0, 0, 0]
  }
}

function roundedSquare(x, y, radius) {
  const dx = Math.max(radius - x, x - (64 - radius), 0)
  const dy = Math.max(radius - y, y - (64 - radius), 0)
  return dx * dx + dy * dy <= radius * radius
}

function polygon(points) {
  return (x, y) => {
    let inside = false
    points.forEach(([ax, ay], i) => {
      const [bx, by] = points[(i + 1) % points.length]
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
    })
    return inside
  }
}

/** Ink bands, combed: each stroke bends the coordinates that the next one sees. */
function marble(x, y) {
  let [u, v] = [x / 1200, y / 1200]
  v += 0.016 * Math.sin(u * 150) + 0.006 * Math.sin(u * 61)
  for (let i = 1; i <= 4; i++) {
    const f = 3.1 * i
    u += (0.09 / i) * Math.sin(f * v * 2.3 + i * 1.7)
    v += (0.07 / i) * Math.sin(f * u * 2.9 + i * 0.6)
  }
  const band = (((v * 30 + u * 8) % inks.length) + inks.length) % inks.length
  const [r, g, b] = inks[Math.floor(band)]
  const edge = band % 1 < 0.09 ? 0.72 : 1 - 0.04 * Math.floor((band % 1) * 4) // flat tones keep the file small
  return [r, g, b].map((value) => Math.round(value * edge))
}

const inks = [[122, 35, 49], [244, 234, 214], [44, 62, 92], [217, 164, 65], [244, 234, 214], [154, 60, 62], [88, 112, 128]]

save('src/assets/endpapers.png', png(1200, 800, marble, false))
save('public/images/icon-192.png', png(192, 192, mark(192), true))
save('public/images/icon-512.png', png(512, 512, mark(512), true))
save('public/favicon.ico', ico([16, 32, 48]))
