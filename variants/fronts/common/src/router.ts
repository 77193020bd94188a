/** A router for front ends that bring none: the History API, and links and forms that stay ordinary HTML. */

/** A pattern of a path, such as /books/:id, and what is loaded for it. The first that matches counts; '*' always does. */
export type Route<Module> = [pattern: string, load: () => Promise<Module>]

/** Where the app is. */
export interface Place {
  pathname: string
  params: Record<string, string>
  query: URLSearchParams
}

/** Goes to a path of the app, as a link to it does. */
export type Go = (to: string) => void

/**
 * Shows the place that the address bar names, now, and whenever a link, a form or the history leads elsewhere.
 * What was asked for before is given up: its signal is aborted.
 */
export function route<Module>(routes: Route<Module>[], show: (load: () => Promise<Module>, place: Place, signal: AbortSignal) => void): Go {
  let current = new AbortController()
  const here = () => {
    current.abort()
    current = new AbortController()
    const { pathname, search } = location
    const [load, params] = match(routes, pathname)
    show(load, { pathname, params, query: new URLSearchParams(search) }, current.signal)
  }
  const go: Go = (to) => {
    history.pushState(null, '', to)
    scrollTo(0, 0)
    here()
  }
  const own = (url: URL) => url.origin === location.origin && routes.some(([pattern]) => pattern !== '*' && paramsOf(pattern, url.pathname))
  addEventListener('popstate', here)
  addEventListener('click', (event) => {
    const link = (event.target as Element).closest?.('a')
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    if (!link || !plain || event.defaultPrevented || link.target || link.rel === 'external') return
    const url = new URL(link.href)
    if (!own(url) || url.hash) return
    event.preventDefault()
    go(url.pathname + url.search)
  })
  addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    if (form.method !== 'get' || event.defaultPrevented) return
    event.preventDefault()
    const query = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]))
    go(`${new URL(form.action).pathname}?${query}`)
  })
  here()
  return go
}

function match<Module>(routes: Route<Module>[], pathname: string): [() => Promise<Module>, Record<string, string>] {
  for (const [pattern, load] of routes) {
    const params = paramsOf(pattern, pathname)
    if (params) return [load, params]
  }
  throw new Error(`no route for ${pathname}`)
}

function paramsOf(pattern: string, pathname: string): Record<string, string> | undefined {
  if (pattern === '*') return {}
  const [want, got] = [pattern, pathname.replace(/(.)\/$/, '$1')].map((path) => path.split('/'))
  if (want!.length !== got!.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, part] of want!.entries()) {
    if (!part.startsWith(':')) {
      if (part !== got![i]) return undefined
    } else {
      try {
        params[part.slice(1)] = decodeURIComponent(got![i]!)
      } catch {
        return undefined
      }
    }
  }
  return params
}
