import { A, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { bookPage } from '../catalogue'
import { languageText, yearText } from '../format'
import { usePage } from '../parts/use-page'

export default function Book() {
  const params = useParams<{ id: string }>()
  const page = usePage(() => params.id, bookPage, (page) => page.book.title)
  return (
    <Show when={page()}>
      {(page) => (
        <article class="book">
          <h1>{page().book.title}</h1>
          <p>
            by <A href={`/authors/${page().book.author.id}`}>{page().book.author.name}</A>
          </p>
          <dl>
            <dt>Published</dt>
            <dd>
              {yearText(page().book.year)}{' '}
              <Show when={page().roman}>
                <span class="quiet">({page().roman})</span>
              </Show>
            </dd>
            <dt>Language</dt>
            <dd>{languageText(page().book.language)}</dd>
            <dt>Number</dt>
            <dd>{page().book.id}</dd>
          </dl>
          <p class="actions">
            <A href="/books">All books</A>
          </p>
        </article>
      )}
    </Show>
  )
}
