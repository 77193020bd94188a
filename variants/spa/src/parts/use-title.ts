import { useEffect } from 'react'

/** Names the page in the tab and for screen readers; without an argument, the app alone. */
export function useTitle(page?: string) {
  useEffect(() => {
    document.title = page ? `${page} · Marginalia` : 'Marginalia'
  }, [page])
}
