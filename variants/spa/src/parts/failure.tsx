import { Link, useLocation, useRouteError } from 'react-router'
import { Problem } from '../api'
import { sentence } from '../format'
import { useTitle } from './use-title'

/** What a page shows when its data or its chunk cannot be had. */
export function Failure() {
  const error = useRouteError()
  const { pathname, search } = useLocation()
  const missing = error instanceof Problem && error.status === 404
  const heading = missing ? 'Not in the catalogue' : 'This page could not be loaded'
  useTitle(heading)
  return (
    <section className="notice" role="alert">
      <h1>{heading}</h1>
      <p>{explain(error)}</p>
      <p className="actions">
        {/* A full load, not a route change: after a deployment the chunks of the old page are gone. */}
        {!missing && (
          <a className="button" href={pathname + search}>
            Try again
          </a>
        )}
        <Link to="/books">All books</Link>
      </p>
    </section>
  )
}

function explain(error: unknown): string {
  if (error instanceof Problem) return sentence(error.message)
  if (error instanceof TypeError) return 'The server did not answer, or a new version has been released.'
  return error instanceof Error ? error.message : 'Something unexpected happened.'
}
