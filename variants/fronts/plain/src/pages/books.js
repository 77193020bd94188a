import { booksPage } from '../catalogue'
import { html } from '../html'
import { bookList, pager, searchForm } from '../parts'

export async function open({ query }, signal) {
  const { title, books, total, pages, q, nothing } = await booksPage(query, signal)
  const empty = html`<div class="notice">
    <p>${nothing}</p>
    <p class="actions"><a href="/books">All books</a> <a href="/books/new">Add a book</a></p>
  </div>`
  return {
    title,
    view: html`<h1>Books</h1>
      ${searchForm(q)}
      <p class="quiet" role="status">${total}</p>
      ${nothing ? empty : bookList(books)} ${pager(pages)}`,
  }
}
