import { yearText } from './format'
import { html } from './html'

/** `byline` off: on an author's own page the name would be said in every row. */
export function bookList(books, byline = true) {
  const row = (book) => html`<li>
    <a class="title" href="/books/${book.id}">${book.title}</a>
    ${byline && html`<a href="/authors/${book.author.id}">${book.author.name}</a>`}
    <span class="year">${yearText(book.year)}</span>
  </li>`
  return html`<ul class="books">${books.map(row)}</ul>`
}

export function pager(pages) {
  if (!pages) return html``
  const link = (to, rel, text) => (to ? html`<a href="${to}" rel="${rel}">${text}</a>` : html`<span></span>`)
  return html`<nav class="pager" aria-label="Pages">
    ${link(pages.previous, 'prev', '← Previous')}
    <span class="quiet">Page ${pages.page} of ${pages.last}</span>
    ${link(pages.next, 'next', 'Next →')}
  </nav>`
}

/** Writes the search into the URL: a result can be linked to, and Back works. */
export function searchForm(q = '') {
  return html`<form class="search" role="search" action="/books">
    <input type="search" name="q" value="${q}" maxlength="200" aria-label="Title or author" placeholder="Title or author" />
    <button>Search</button>
  </form>`
}
