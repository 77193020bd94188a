import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { Book } from '../api'
import { yearText } from '../format'

/** `byline` off: on an author's own page the name would be said in every row. */
export function BookList(props: { books: Book[]; byline?: boolean }) {
  return (
    <ul class="books">
      <For each={props.books}>
        {(book) => (
          <li>
            <A class="title" href={`/books/${book.id}`}>
              {book.title}
            </A>
            <Show when={props.byline ?? true}>
              <A href={`/authors/${book.author.id}`}>{book.author.name}</A>
            </Show>
            <span class="year">{yearText(book.year)}</span>
          </li>
        )}
      </For>
    </ul>
  )
}
