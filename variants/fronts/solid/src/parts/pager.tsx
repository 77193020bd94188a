import { A, useLocation } from '@solidjs/router'
import { Show } from 'solid-js'
import type { Pages } from '../catalogue'

export function Pager(props: { pages?: Pages }) {
  const location = useLocation()
  return (
    <Show when={props.pages}>
      {(pages) => (
        <nav class="pager" aria-label="Pages">
          <Show when={pages().previous} fallback={<span />}>
            {(to) => (
              <A href={location.pathname + to()} rel="prev">
                ← Previous
              </A>
            )}
          </Show>
          <span class="quiet">
            Page {pages().page} of {pages().last}
          </span>
          <Show when={pages().next} fallback={<span />}>
            {(to) => (
              <A href={location.pathname + to()} rel="next">
                Next →
              </A>
            )}
          </Show>
        </nav>
      )}
    </Show>
  )
}
