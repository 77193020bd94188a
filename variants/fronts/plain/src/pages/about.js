import { buildId } from '../build'
import { ratioText } from '../catalogue'
import { html } from '../html'
import { endpapers } from '../urls'

const width = 1200
const height = 800

export async function open() {
  const ratio = await ratioText(width, height)
  return {
    title: 'About',
    view: html`<article class="prose">
      <h1>About</h1>
      <p>Marginalia is the application that spabench serves in every way it measures. This one is written without a framework.</p>
      <figure>
        <img src="${endpapers}" alt="Marbled paper in red, cream and blue" width="${width}" height="${height}" />
        <figcaption>
          Marbled endpapers, drawn by a program: ${width} × ${height} pixels${ratio && `, ${ratio} as WebAssembly reckons`}.
        </figcaption>
      </figure>
      <p>This is build <code>${buildId}</code>. The <a href="/docs/">documentation</a> is a page of its own.</p>
    </article>`,
  }
}
