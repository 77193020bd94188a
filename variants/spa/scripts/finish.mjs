// What Vite does not do: compressed sidecars beside text files, then a manifest of every other file.
// The same files give the same bytes with the same Node release (zlib and brotli are part of it).
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const textTypes = new Set(['.html', '.js', '.mjs', '.css', '.svg', '.json', '.webmanifest', '.txt', '.xml'])
const wasmFloor = 1024 // bytes: below it a compiled module has nothing to give

const codings = {
  '.br': (data) =>
    brotliCompressSync(data, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
    }),
  '.gz': (data) => gzipSync(data, { level: 9 }), // Node writes no modification time
}

/** Finishes the build in folder dist. Throws where its index.html names no build. */
export function finish(dist) {
  const build = readFileSync(join(dist, 'index.html'), 'utf8').match(/name="spabench-build" content="([^"]+)"/)?.[1]
  if (!build) throw new Error(`finish ${dist}: index.html has no spabench-build`)
  for (const path of list(dist)) compress(join(dist, path))
  const manifest = 'dist-manifest.json'
  const files = list(dist)
    .filter((path) => !path.startsWith(manifest))
    .map((path) => {
      const data = readFileSync(join(dist, path))
      return { path, size: data.length, sha256: createHash('sha256').update(data).digest('hex') }
    })
  writeFileSync(join(dist, manifest), JSON.stringify({ build, files }, null, 1) + '\n')
  compress(join(dist, manifest))
}

/** Paths of all files below dist, slashes forward, in order of their code units. */
function list(dist) {
  const below = (folder) =>
    readdirSync(join(dist, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? below(`${folder}${entry.name}/`) : [folder + entry.name],
    )
  return below('').sort()
}

function compress(file) {
  const data = readFileSync(file)
  const worthwhile = textTypes.has(extname(file)) || (extname(file) === '.wasm' && data.length >= wasmFloor)
  if (!worthwhile) return
  for (const [suffix, encode] of Object.entries(codings)) {
    const encoded = encode(data)
    if (encoded.length < data.length) writeFileSync(file + suffix, encoded)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  finish(fileURLToPath(new URL('../dist', import.meta.url)))
}
