import { html, write } from './html'
import { buildId } from './build'
import { logo } from './urls'

/** Draws the frame that all pages share, and returns the place for them. */
export function layout(root) {
  write(
    root,
    html`<a class="skip" href="#main">Skip to content</a>
      <div class="progress"></div>
      <header class="bar">
        <a class="brand" href="/"><img src="${logo}" alt="" width="32" height="32" /> Marginalia</a>
        <nav aria-label="Main">
          <a href="/books">Books</a>
          <a href="/books/new">Add a book</a>
          <a href="/about">About</a>
        </nav>
      </header>
      <main id="main" tabindex="-1"><p class="quiet" role="status">Loading…</p></main>
      <footer>
        <span>Build <code>${buildId}</code></span>
        <a href="/docs/">Documentation</a>
      </footer>`,
  )
  const element = root.querySelector('main')
  let shown
  return {
    element,
    busy(yes) {
      element.ariaBusy = yes
      root.querySelector('.progress').toggleAttribute('data-busy', yes)
    },
    show(view, pathname) {
      write(element, view)
      for (const link of root.querySelectorAll('.bar nav a')) link.classList.toggle('active', link.pathname === pathname)
      // The focus goes to the new page, as after a full load; the first load is one.
      if (shown !== undefined && shown !== pathname) element.focus({ preventScroll: true })
      shown = pathname
    },
  }
}
