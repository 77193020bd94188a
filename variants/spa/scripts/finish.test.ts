// @vitest-environment node
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { finish } from './finish.mjs'

const page = '<meta name="spabench-build" content="B7" />' + '<p>again</p>'.repeat(40)
let dist: string

beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'finish-'))
  mkdirSync(join(dist, 'assets'))
  writeFileSync(join(dist, 'index.html'), page)
  writeFileSync(join(dist, 'assets/small.wasm'), Buffer.alloc(1023))
  writeFileSync(join(dist, 'assets/large.wasm'), Buffer.alloc(1024))
  writeFileSync(join(dist, 'assets/picture.png'), Buffer.alloc(5000))
  writeFileSync(join(dist, 'empty.txt'), '')
  writeFileSync(join(dist, 'tiny.txt'), 'abc')
  writeFileSync(join(dist, 'fünke.txt'), 'ü'.repeat(50))
})

afterEach(() => rmSync(dist, { recursive: true }))

test('sidecars stand beside text that gets smaller, and decode to it', () => {
  finish(dist)
  for (const path of ['index.html', 'fünke.txt', 'assets/large.wasm']) {
    const original = readFileSync(join(dist, path))
    expect(brotliDecompressSync(readFileSync(join(dist, path + '.br')))).toEqual(original)
    expect(gunzipSync(readFileSync(join(dist, path + '.gz')))).toEqual(original)
  }
  for (const path of ['empty.txt', 'tiny.txt', 'assets/small.wasm', 'assets/picture.png']) {
    expect([existsSync(join(dist, path + '.br')), existsSync(join(dist, path + '.gz'))]).toEqual([false, false])
  }
})

test('gzip carries no modification time', () => {
  finish(dist)
  expect(readFileSync(join(dist, 'index.html.gz')).readUInt32LE(4)).toBe(0)
})

test('the manifest names the build and every file but itself and its sidecars, in order, with its digest', () => {
  finish(dist)
  const { build, files } = JSON.parse(readFileSync(join(dist, 'dist-manifest.json'), 'utf8'))
  expect(build).toBe('B7')
  expect(files.map((f: { path: string }) => f.path)).toEqual([
    'assets/large.wasm', 'assets/large.wasm.br', 'assets/large.wasm.gz', 'assets/picture.png', 'assets/small.wasm',
    'empty.txt', 'fünke.txt', 'fünke.txt.br', 'fünke.txt.gz', 'index.html', 'index.html.br', 'index.html.gz', 'tiny.txt',
  ])
  for (const { path, size, sha256 } of files) {
    const data = readFileSync(join(dist, path))
    expect([size, sha256]).toEqual([data.length, createHash('sha256').update(data).digest('hex')])
  }
})

test('a page without a build id is refused', () => {
  writeFileSync(join(dist, 'index.html'), '<p>')
  expect(() => finish(dist)).toThrow('index.html has no spabench-build')
})
