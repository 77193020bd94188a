// What angular.json has the loader for: the address of the file.
declare module '*.png' {
  const address: string
  export default address
}
declare module '*.svg' {
  const address: string
  export default address
}
declare module '*.wasm' {
  const address: string
  export default address
}
