/** Where the build put what is not a part of a script: each is a file of its own, under a name with its hash. */
import endpapersFile from './assets/endpapers.png'
import gcdFile from './assets/gcd.wasm'
import logoFile from './assets/logo.svg'

export { romanModule } from './roman' // which place.mjs writes
export const endpapers = beside(endpapersFile)
export const gcdModule = beside(gcdFile)
export const logo = beside(logoFile)

/** The builder names files as seen from the script; the page may be at any depth. */
function beside(file: string): string {
  return new URL(file, import.meta.url).href
}
