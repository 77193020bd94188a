import { effect, inject, signal, type Signal } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { ActivatedRoute } from '@angular/router'
import { setTitle } from '../catalogue'

/** What a page shows, or why it cannot. */
export interface Loaded<Page> {
  page?: Page
  error?: unknown
}

/**
 * What a page shows, loaded again whenever its address changes while it stays the same page; the one before stays on
 * screen meanwhile. It names the page in the tab.
 */
export function usePage<Page>(
  load: (id: string, query: URLSearchParams, signal: AbortSignal) => Promise<Page>,
  title: (page: Page) => string,
): Signal<Loaded<Page>> {
  const route = inject(ActivatedRoute)
  const params = toSignal(route.paramMap, { requireSync: true })
  const query = toSignal(route.queryParams, { requireSync: true })
  const loaded = signal<Loaded<Page>>({})
  effect(async (onCleanup) => {
    const controller = new AbortController()
    onCleanup(() => controller.abort())
    try {
      const page = await load(params().get('id') ?? '', new URLSearchParams(query()), controller.signal)
      if (controller.signal.aborted) return
      loaded.set({ page })
      setTitle(title(page))
    } catch (error) {
      if (!controller.signal.aborted) loaded.set({ error })
    }
  })
  return loaded
}
