import { Component } from '@angular/core'
import { RouterLink } from '@angular/router'
import { setTitle } from '../catalogue'

@Component({
  imports: [RouterLink],
  template: `
    <section class="notice">
      <h1>Page not found</h1>
      <p>There is no page at <code>{{ pathname }}</code>.</p>
      <p class="actions"><a routerLink="/">Home</a> <a routerLink="/books">All books</a></p>
    </section>
  `,
})
export default class NotFound {
  readonly pathname = location.pathname

  constructor() {
    setTitle('Page not found')
  }
}
