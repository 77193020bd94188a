import { authorPage } from '../catalogue'
import { html } from '../html'
import { bookList, pager } from '../parts'

export async function open({ params, query }, signal) {
  const { title, books, total, pages } = await authorPage(params.id, query, signal)
  return {
    title,
    view: html`<h1>${title}</h1>
      <p class="quiet">${total}</p>
      ${bookList(books, false)} ${pager(pages)}
      <p class="actions"><a href="/books">All books</a></p>`,
  }
}
