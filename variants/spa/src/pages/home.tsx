import { Link } from 'react-router'
import { SearchForm } from '../parts/search-form'
import { useTitle } from '../parts/use-title'

export function Component() {
  useTitle()
  return (
    <section className="hero">
      <h1>A small library of old books</h1>
      <p>Search the catalogue by title or author, follow an author from book to book, or add what is missing.</p>
      <SearchForm />
      <p className="actions">
        <Link to="/books">Browse all books</Link>
        <Link to="/books/new">Add a book</Link>
      </p>
    </section>
  )
}
