import { useEffect, useState } from 'react'
import endpapers from '../assets/endpapers.png'
import gcdModule from '../assets/gcd.wasm?url'
import { buildId } from '../build'
import { useTitle } from '../parts/use-title'

const width = 1200
const height = 800

export function Component() {
  const ratio = useRatio(width, height)
  useTitle('About')
  return (
    <article className="prose">
      <h1>About</h1>
      <p>
        Marginalia is the application that spabench serves in every way it measures: one set of files, one API, many
        servers. Each page is loaded when it is first visited, each address can be opened directly.
      </p>
      <figure>
        <img src={endpapers} alt="Marbled paper in red, cream and blue" width={width} height={height} />
        <figcaption>
          Marbled endpapers, drawn by a program: {width} × {height} pixels
          {ratio && `, ${ratio} as WebAssembly reckons`}.
        </figcaption>
      </figure>
      <p>
        This is build <code>{buildId}</code>. Headings are set in Literata, under the{' '}
        <a href="/docs/literata-license.txt">SIL Open Font License</a>. The <a href="/docs/">documentation</a> is a page
        of its own.
      </p>
    </article>
  )
}

/** The aspect ratio in lowest terms, '' until the module is there. Streaming needs the type application/wasm. */
function useRatio(width: number, height: number): string {
  const [text, setText] = useState('')
  useEffect(() => {
    let current = true
    WebAssembly.instantiateStreaming(fetch(gcdModule))
      .then(({ instance }) => {
        const gcd = instance.exports.gcd as (a: number, b: number) => number
        const by = gcd(width, height)
        if (current) setText(`${width / by}:${height / by}`)
      })
      .catch((err) => console.warn('run gcd.wasm:', err))
    return () => {
      current = false
    }
  }, [width, height])
  return text
}
