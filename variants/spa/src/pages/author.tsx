import { Link, useLoaderData, type LoaderFunctionArgs } from 'react-router'
import { listBooks, Problem } from '../api'
import { count } from '../format'
import { BookList } from '../parts/book-list'
import { pageOf, Pager, pageSize } from '../parts/pager'
import { useTitle } from '../parts/use-title'

// The API has no authors of their own: an author is who has books.
export async function loader({ params, request }: LoaderFunctionArgs) {
  const nobody = new Problem(404, 'Not Found', `There is no author ${params.id}.`)
  if (!/^\d+$/.test(params.id!)) throw nobody
  const page = pageOf(new URL(request.url).searchParams)
  const books = await listBooks({ author: Number(params.id), limit: pageSize, offset: (page - 1) * pageSize }, request.signal)
  const name = books.items[0]?.author.name
  if (!name) throw nobody
  return { name, page, books }
}

export function Component() {
  const { name, page, books } = useLoaderData<typeof loader>()
  useTitle(name)
  return (
    <>
      <h1>{name}</h1>
      <p className="quiet">{count(books.total, 'book')} in the catalogue</p>
      <BookList books={books.items} byline={false} />
      <Pager page={page} total={books.total} />
      <p className="actions">
        <Link to="/books">All books</Link>
      </p>
    </>
  )
}
