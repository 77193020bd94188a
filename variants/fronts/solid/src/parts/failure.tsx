import { A, useLocation } from '@solidjs/router'
import { createEffect, on, Show } from 'solid-js'
import { failureOf, setTitle } from '../catalogue'

/** What stands in place of a page whose data or chunk cannot be had; any other address is tried again. */
export function Failure(props: { error: unknown; reset: () => void }) {
  const location = useLocation()
  const here = location.pathname + location.search
  const failure = failureOf(props.error)
  setTitle(failure.heading)
  createEffect(on(() => location.pathname + location.search, () => props.reset(), { defer: true }))
  return (
    <section class="notice" role="alert">
      <h1>{failure.heading}</h1>
      <p>{failure.text}</p>
      <p class="actions">
        {/* A full load, not a route change: after a deployment the chunks of the old page are gone. */}
        <Show when={failure.again}>
          <a class="button" href={here} rel="external">
            Try again
          </a>
        </Show>
        <A href="/books">All books</A>
      </p>
    </section>
  )
}
