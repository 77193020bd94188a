import { useEffect, useRef } from 'react'
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useNavigation } from 'react-router'
import logo from './assets/logo.svg'
import { buildId } from './build'

export function Layout() {
  const busy = useNavigation().state !== 'idle'
  const main = useFocusOnNavigation()
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="progress" data-busy={busy || undefined} />
      <header className="bar">
        <Link className="brand" to="/">
          <img src={logo} alt="" width="32" height="32" />
          Marginalia
        </Link>
        <nav aria-label="Main">
          <NavLink to="/books" end>
            Books
          </NavLink>
          <NavLink to="/books/new">Add a book</NavLink>
          <NavLink to="/about">About</NavLink>
        </nav>
      </header>
      <main id="main" ref={main} tabIndex={-1} aria-busy={busy}>
        <Outlet />
      </main>
      <footer>
        <span>
          Build <code>{buildId}</code>
        </span>
        <a href="/docs/">Documentation</a>
      </footer>
      <ScrollRestoration />
    </>
  )
}

/** Moves the focus to the new page, as a full page load would, but leaves the first load alone. */
function useFocusOnNavigation() {
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    main.current?.focus({ preventScroll: true })
  }, [pathname])
  return main
}
