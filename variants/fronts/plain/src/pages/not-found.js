import { html } from '../html'

export function open({ pathname }) {
  return {
    title: 'Page not found',
    view: html`<section class="notice">
      <h1>Page not found</h1>
      <p>There is no page at <code>${pathname}</code>.</p>
      <p class="actions"><a href="/">Home</a> <a href="/books">All books</a></p>
    </section>`,
  }
}
