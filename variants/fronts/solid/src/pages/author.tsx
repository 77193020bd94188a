import { A, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { authorPage } from '../catalogue'
import { BookList } from '../parts/book-list'
import { Pager } from '../parts/pager'
import { usePage, useQuery } from '../parts/use-page'

export default function Author() {
  const params = useParams<{ id: string }>()
  const query = useQuery()
  const page = usePage(
    () => ({ id: params.id, query: query() }),
    ({ id, query }, signal) => authorPage(id, query, signal),
    (page) => page.title,
  )
  return (
    <Show when={page()}>
      {(page) => (
        <>
          <h1>{page().title}</h1>
          <p class="quiet">{page().total}</p>
          <BookList books={page().books} byline={false} />
          <Pager pages={page().pages} />
          <p class="actions">
            <A href="/books">All books</A>
          </p>
        </>
      )}
    </Show>
  )
}
