import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { booksPage } from '../catalogue'
import { BookList } from '../parts/book-list'
import { Pager } from '../parts/pager'
import { SearchForm } from '../parts/search-form'
import { usePage, useQuery } from '../parts/use-page'

export default function Books() {
  const page = usePage(useQuery(), booksPage, (page) => page.title)
  return (
    <Show when={page()}>
      {(page) => (
        <>
          <h1>Books</h1>
          <SearchForm q={page().q} />
          <p class="quiet" role="status">
            {page().total}
          </p>
          <Show when={page().nothing} fallback={<BookList books={page().books} />}>
            <div class="notice">
              <p>{page().nothing}</p>
              <p class="actions">
                <A href="/books">All books</A> <A href="/books/new">Add a book</A>
              </p>
            </div>
          </Show>
          <Pager pages={page().pages} />
        </>
      )}
    </Show>
  )
}
