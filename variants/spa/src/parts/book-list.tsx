import { Link } from 'react-router'
import type { Book } from '../api'
import { yearText } from '../format'

/** `byline` off: on an author's own page the name would be said in every row. */
export function BookList({ books, byline = true }: { books: Book[]; byline?: boolean }) {
  return (
    <ul className="books">
      {books.map((book) => (
        <li key={book.id}>
          <Link className="title" to={`/books/${book.id}`}>
            {book.title}
          </Link>
          {byline && <Link to={`/authors/${book.author.id}`}>{book.author.name}</Link>}
          <span className="year">{yearText(book.year)}</span>
        </li>
      ))}
    </ul>
  )
}
