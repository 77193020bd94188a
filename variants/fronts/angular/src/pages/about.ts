import { Component, signal } from '@angular/core'
import { buildId } from '../build'
import { ratioText, setTitle } from '../catalogue'
import { endpapers } from '../urls'

@Component({
  template: `
    <article class="prose">
      <h1>About</h1>
      <p>Marginalia is the application that spabench serves in every way it measures. This one is written in Angular.</p>
      <figure>
        <img [src]="endpapers" alt="Marbled paper in red, cream and blue" [attr.width]="width" [attr.height]="height" />
        <figcaption>
          Marbled endpapers, drawn by a program: {{ width }} × {{ height }} pixels{{ ratio() && ', ' + ratio() + ' as WebAssembly reckons' }}.
        </figcaption>
      </figure>
      <p>This is build <code>{{ buildId }}</code>. The <a href="/docs/">documentation</a> is a page of its own.</p>
    </article>
  `,
})
export default class About {
  readonly buildId = buildId
  readonly endpapers = endpapers
  readonly width = 1200
  readonly height = 800
  readonly ratio = signal('')

  constructor() {
    setTitle('About')
    ratioText(this.width, this.height).then((text) => this.ratio.set(text))
  }
}
