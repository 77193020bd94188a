import { shallowRef, watch, type ShallowRef } from 'vue'
import { useRoute } from 'vue-router'
import { setTitle } from '../catalogue'

/**
 * What a page shows, loaded again whenever its address changes while it stays the same page; the one before stays on
 * screen meanwhile. It names the page in the tab.
 */
export function usePage<Page>(
  load: (query: URLSearchParams, signal: AbortSignal) => Promise<Page>,
  title: (page: Page) => string | undefined,
): { page: ShallowRef<Page | undefined>; error: ShallowRef<unknown> } {
  const route = useRoute()
  const page = shallowRef<Page>()
  const error = shallowRef<unknown>()
  const path = route.matched.at(-1)
  watch(
    () => route.fullPath,
    async (_now, _before, onCleanup) => {
      if (route.matched.at(-1) !== path) return // it is another page's address, and this one is about to go
      const controller = new AbortController()
      onCleanup(() => controller.abort())
      try {
        const loaded = await load(new URLSearchParams(location.search), controller.signal)
        if (controller.signal.aborted) return
        page.value = loaded
        error.value = undefined
        setTitle(title(loaded))
      } catch (err) {
        if (!controller.signal.aborted) error.value = err
      }
    },
    { immediate: true },
  )
  return { page, error }
}
