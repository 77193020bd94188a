import { html } from '../html'
import { searchForm } from '../parts'

export function open() {
  return {
    view: html`<section class="hero">
      <h1>A small library of old books</h1>
      <p>Search the catalogue by title or author, follow an author from book to book, or add what is missing.</p>
      ${searchForm()}
      <p class="actions"><a href="/books">Browse all books</a> <a href="/books/new">Add a book</a></p>
    </section>`,
  }
}
