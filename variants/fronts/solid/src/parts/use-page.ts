import { useLocation } from '@solidjs/router'
import { createEffect, createResource, onCleanup, type Resource } from 'solid-js'
import { setTitle } from '../catalogue'

/** What a page shows, loaded again whenever its source changes; it names the page in the tab. */
export function usePage<Source, Page>(
  source: () => Source,
  load: (source: Source, signal: AbortSignal) => Promise<Page>,
  title: (page: Page) => string,
): Resource<Page> {
  let controller = new AbortController()
  onCleanup(() => controller.abort())
  const [page] = createResource(source, (value) => {
    controller.abort()
    controller = new AbortController()
    return load(value as Source, controller.signal)
  })
  createEffect(() => {
    const loaded = page()
    if (loaded) setTitle(title(loaded))
  })
  return page
}

/** The query in the address bar. */
export function useQuery(): () => URLSearchParams {
  const location = useLocation()
  return () => new URLSearchParams(location.search)
}
