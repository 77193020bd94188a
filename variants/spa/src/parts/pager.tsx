import { Link, useSearchParams } from 'react-router'

export const pageSize = 20

/** The page number in a query, from 1; anything else counts as 1. */
export function pageOf(params: URLSearchParams): number {
  const page = Number(params.get('page'))
  return Number.isSafeInteger(page) && page > 0 ? page : 1
}

export function Pager({ page, total }: { page: number; total: number }) {
  const [params] = useSearchParams()
  const last = Math.max(1, Math.ceil(total / pageSize))
  if (last === 1 && page === 1) return null
  const to = (n: number) => {
    const next = new URLSearchParams(params)
    if (n === 1) next.delete('page')
    else next.set('page', String(n))
    return { search: next.toString() }
  }
  return (
    <nav className="pager" aria-label="Pages">
      {page > 1 ? <Link to={to(Math.min(page - 1, last))} rel="prev">← Previous</Link> : <span />}
      <span className="quiet">
        Page {page} of {last}
      </span>
      {page < last ? <Link to={to(page + 1)} rel="next">Next →</Link> : <span />}
    </nav>
  )
}
