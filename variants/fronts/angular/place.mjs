// What Angular's builder does not do by itself. Before the build: a page without the script of another front end, the
// build id, and the module that stays as it is, under a name with its hash. After it: the page moves from assets/ to the
// root, beside the public files, so that every file with a hash in its name is where servers expect it.
import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const buildId = process.env.BUILD_ID || 'A'
if (!/^[\w.-]{1,64}$/.test(buildId)) {
  throw new Error(`read BUILD_ID: ${JSON.stringify(buildId)} is not 1 to 64 of A-Z a-z 0-9 _ . -`)
}
const roman = readFileSync('src/assets/roman.mjs')
const romanModule = `/assets/roman-${createHash('sha256').update(roman).digest('hex').slice(0, 10)}.mjs`

function before() {
  const page = readFileSync('index.html', 'utf8')
    .replaceAll('%BUILD_ID%', buildId)
    .replace('<script type="module" src="/src/main.tsx"></script>', '')
  writeFileSync('src/index.html', page)
  writeFileSync('src/build.ts', `export const buildId = '${buildId}'\nexport const apiOrigin = '' // the page's own\n`)
  writeFileSync('src/roman.ts', `export const romanModule = '${romanModule}'\n`)
}

function after() {
  cpSync('public', 'dist', { recursive: true })
  writeFileSync(`dist${romanModule}`, roman)
  const logo = readdirSync('dist/assets/media').find((name) => /^logo-.*\.svg$/.test(name))
  if (!logo) throw new Error('place the page: the build has no logo')
  writeFileSync('dist/index.html', readFileSync('dist/assets/index.html', 'utf8').replace('/src/assets/logo.svg', `/assets/media/${logo}`))
  rmSync('dist/assets/index.html')
}

const step = { before, after }[process.argv[2]]
if (!step) throw new Error('usage: node place.mjs before|after')
step()
