import { A, useLocation } from '@solidjs/router'
import { setTitle } from '../catalogue'

export default function NotFound() {
  const location = useLocation()
  setTitle('Page not found')
  return (
    <section class="notice">
      <h1>Page not found</h1>
      <p>
        There is no page at <code>{location.pathname}</code>.
      </p>
      <p class="actions">
        <A href="/">Home</A> <A href="/books">All books</A>
      </p>
    </section>
  )
}
