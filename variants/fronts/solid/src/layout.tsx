import { A, useIsRouting, useLocation, type RouteSectionProps } from '@solidjs/router'
import { createEffect, ErrorBoundary, on, Suspense } from 'solid-js'
import { buildId } from './build'
import { Failure } from './parts/failure'
import { logo } from './urls'

export function Layout(props: RouteSectionProps) {
  const busy = useIsRouting()
  const location = useLocation()
  let main!: HTMLElement
  // The focus goes to the new page, as after a full load; the first load is one.
  createEffect(on(() => location.pathname, () => main.focus({ preventScroll: true }), { defer: true }))
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <div class="progress" data-busy={busy() || undefined} />
      <header class="bar">
        <A class="brand" href="/" activeClass="">
          <img src={logo} alt="" width="32" height="32" /> Marginalia
        </A>
        <nav aria-label="Main">
          <A href="/books" end>
            Books
          </A>
          <A href="/books/new">Add a book</A>
          <A href="/about">About</A>
        </nav>
      </header>
      <main id="main" ref={main} tabindex="-1" aria-busy={busy()}>
        <ErrorBoundary fallback={(error, reset) => <Failure error={error} reset={reset} />}>
          <Suspense fallback={<p class="quiet" role="status">Loading…</p>}>{props.children}</Suspense>
        </ErrorBoundary>
      </main>
      <footer>
        <span>
          Build <code>{buildId}</code>
        </span>
        <a href="/docs/" rel="external">
          Documentation
        </a>
      </footer>
    </>
  )
}
