/** Where the build put what is not a part of a script: each is a file of its own, under a name with its hash. */
import endpapers from './assets/endpapers.png'
import gcdModule from './assets/gcd.wasm?url'
import logo from './assets/logo.svg'
import romanModule from './assets/roman.mjs?url'

export { endpapers, gcdModule, logo, romanModule }
