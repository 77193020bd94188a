import { Link, useLoaderData, type LoaderFunctionArgs } from 'react-router'
import { listBooks } from '../api'
import { count } from '../format'
import { BookList } from '../parts/book-list'
import { pageOf, Pager, pageSize } from '../parts/pager'
import { SearchForm } from '../parts/search-form'
import { useTitle } from '../parts/use-title'

export async function loader({ request }: LoaderFunctionArgs) {
  const params = new URL(request.url).searchParams
  const q = (params.get('q') ?? '').trim()
  const page = pageOf(params)
  const books = await listBooks({ q, limit: pageSize, offset: (page - 1) * pageSize }, request.signal)
  return { q, page, books }
}

export function Component() {
  const { q, page, books } = useLoaderData<typeof loader>()
  useTitle(q ? `“${q}”` : 'Books')
  return (
    <>
      <h1>Books</h1>
      <SearchForm q={q} />
      <p className="quiet" role="status">
        {count(books.total, 'book')}
        {q && ` for “${q}”`}
      </p>
      {books.items.length > 0 ? (
        <BookList books={books.items} />
      ) : (
        <div className="notice">
          <p>{books.total > 0 ? 'There are no books this far on.' : 'No title or author matches.'}</p>
          <p className="actions">
            <Link to="/books">All books</Link>
            <Link to="/books/new">Add a book</Link>
          </p>
        </div>
      )}
      <Pager page={page} total={books.total} />
    </>
  )
}
