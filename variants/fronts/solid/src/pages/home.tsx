import { A } from '@solidjs/router'
import { setTitle } from '../catalogue'
import { SearchForm } from '../parts/search-form'

export default function Home() {
  setTitle()
  return (
    <section class="hero">
      <h1>A small library of old books</h1>
      <p>Search the catalogue by title or author, follow an author from book to book, or add what is missing.</p>
      <SearchForm />
      <p class="actions">
        <A href="/books">Browse all books</A> <A href="/books/new">Add a book</A>
      </p>
    </section>
  )
}
