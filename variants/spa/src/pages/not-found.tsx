import { Link, useLocation } from 'react-router'
import { useTitle } from '../parts/use-title'

export function Component() {
  const { pathname } = useLocation()
  useTitle('Page not found')
  return (
    <section className="notice">
      <h1>Page not found</h1>
      <p>
        There is no page at <code>{pathname}</code>.
      </p>
      <p className="actions">
        <Link to="/">Home</Link>
        <Link to="/books">All books</Link>
      </p>
    </section>
  )
}
