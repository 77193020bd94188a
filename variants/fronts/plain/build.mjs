// Builds the app without a bundler: each module stays a file of its own, which browsers import from the others. The hash
// of its content becomes part of its name. The same goes for the style sheet, fonts and pictures, and references to them
// are rewritten. A module is hashed after those that it imports, so that its name depends on all of them.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { basename, dirname, extname, join } from 'node:path'

const buildId = process.env.BUILD_ID || 'A'
if (!/^[\w.-]{1,64}$/.test(buildId)) {
  throw new Error(`read BUILD_ID: ${JSON.stringify(buildId)} is not 1 to 64 of A-Z a-z 0-9 _ . -`)
}

const written = new Map() // source to address, undefined while it is being built
const modules = ['.js', '.ts']

/** Writes a source and all that it needs, and returns its address. */
function emit(source) {
  if (written.has(source)) {
    const address = written.get(source)
    if (!address) throw new Error(`build ${source}: it imports itself, over others`)
    return address
  }
  written.set(source, undefined)
  const convert = { '.js': script, '.ts': script, '.css': style }[extname(source)]
  const content = convert ? convert(source) : readFileSync(source)
  const extension = extname(source) === '.ts' ? '.js' : extname(source)
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10)
  const address = `/assets/${basename(source, extname(source))}-${hash}${extension}`
  writeFileSync(`dist${address}`, content)
  written.set(source, address)
  return address
}

const importStatement = /^(import|export) ([^'"]*? from )?'([^']+)';?$/gm // at the start of a line, as all are written here
const importCall = /\bimport\('([^']+)'\)/g
const importName = /^import (\w+) from '(\.[^']+\.(?:svg|png|wasm|mjs))(?:\?url)?';?$/gm // what is no part of a script: its address

function script(source) {
  let text = readFileSync(source, 'utf8')
  if (extname(source) === '.ts') text = stripTypeScriptTypes(text, { mode: 'transform' })
  const address = (specifier) => emit(resolve(source, specifier))
  return text
    .replaceAll('__BUILD_ID__', JSON.stringify(buildId))
    .replaceAll('__API_ORIGIN__', "''") // the page's own
    .replaceAll(importName, (_, name, specifier) => `const ${name} = '${address(specifier)}'`)
    .replaceAll(importStatement, (_, word, names = '', specifier) => `${word} ${names}'${address(specifier)}'`)
    .replaceAll(importCall, (_, specifier) => `import('${address(specifier)}')`)
}

function resolve(source, specifier) {
  const path = join(dirname(source), specifier)
  const found = ['', ...modules].map((extension) => path + extension).find((file) => extname(file) && existsSync(file))
  if (!found) throw new Error(`build ${source}: there is no ${specifier}`)
  return found
}

function style(source) {
  return readFileSync(source, 'utf8').replaceAll(/url\('([^']+)'\)/g, (_, name) => `url('${emit(`node_modules/${name}`)}')`)
}

/** The modules that a module has before it runs, deepest last: the page names them, so that browsers ask for all at once. */
function imports(source) {
  const below = [...readFileSync(source, 'utf8').matchAll(/^(?:import|export) (?!type )[^'"]*? from '([^'?]+)'/gm)]
    .map(([, specifier]) => resolve(source, specifier))
    .filter((file) => modules.includes(extname(file)))
  return below.flatMap((file) => [file, ...imports(file)])
}

rmSync('dist', { recursive: true, force: true })
cpSync('public', 'dist', { recursive: true })
mkdirSync('dist/assets')
const main = 'src/main.js'
const head = [
  `<script type="module" src="${emit(main)}"></script>`,
  ...[...new Set(imports(main))].map((file) => `<link rel="modulepreload" href="${emit(file)}" />`),
  `<link rel="stylesheet" href="${emit('src/style.css')}" />`,
]
const page = readFileSync('index.html', 'utf8')
  .replaceAll('%BUILD_ID%', buildId)
  .replace('/src/assets/logo.svg', emit('src/assets/logo.svg'))
  .replace('<script type="module" src="/src/main.tsx"></script>', () => head.join('\n    '))
writeFileSync('dist/index.html', page)
