import { failureOf, registerWorker, setTitle } from './catalogue'
import { html } from './html'
import { layout } from './layout'
import { route } from './router'

const main = layout(document.getElementById('root'))

/** Each page is a module that is loaded when it is first visited: page(place, signal, go) gives its title and its view. */
const go = route(
  [
    ['/', () => import('./pages/home')],
    ['/books', () => import('./pages/books')],
    ['/books/new', () => import('./pages/new-book')],
    ['/books/:id', () => import('./pages/book')],
    ['/authors/:id', () => import('./pages/author')],
    ['/about', () => import('./pages/about')],
    ['*', () => import('./pages/not-found')],
  ],
  async (load, place, signal) => {
    main.busy(true)
    let page
    try {
      const { open } = await load()
      page = await open(place, signal)
    } catch (err) {
      page = failure(err)
    }
    if (signal.aborted) return
    setTitle(page.title)
    main.busy(false)
    main.show(page.view, place.pathname)
    page.live?.(main.element, (to) => go(to))
  },
)

function failure(err) {
  const { heading, text, again } = failureOf(err)
  const retry = again && html`<a class="button" rel="external" href="${location.pathname + location.search}">Try again</a>`
  return {
    title: heading,
    view: html`<section class="notice" role="alert">
      <h1>${heading}</h1>
      <p>${text}</p>
      <p class="actions">${retry} <a href="/books">All books</a></p>
    </section>`,
  }
}

registerWorker()
