import { createResource } from 'solid-js'
import { buildId } from '../build'
import { ratioText, setTitle } from '../catalogue'
import { endpapers } from '../urls'

const width = 1200
const height = 800

export default function About() {
  const [ratio] = createResource(() => ratioText(width, height))
  setTitle('About')
  return (
    <article class="prose">
      <h1>About</h1>
      <p>Marginalia is the application that spabench serves in every way it measures. This one is written in SolidJS.</p>
      <figure>
        <img src={endpapers} alt="Marbled paper in red, cream and blue" width={width} height={height} />
        <figcaption>
          Marbled endpapers, drawn by a program: {width} × {height} pixels{ratio() && `, ${ratio()} as WebAssembly reckons`}.
        </figcaption>
      </figure>
      <p>
        This is build <code>{buildId}</code>. The{' '}
        <a href="/docs/" rel="external">
          documentation
        </a>{' '}
        is a page of its own.
      </p>
    </article>
  )
}
