import { Route, Router } from '@solidjs/router'
import { lazy } from 'solid-js'
import { render } from 'solid-js/web'
import { registerWorker } from './catalogue'
import { Layout } from './layout'
import './style.css'

/** Each page is a chunk that is loaded when it is first visited. */
render(
  () => (
    <Router root={Layout}>
      <Route path="/" component={lazy(() => import('./pages/home'))} />
      <Route path="/books" component={lazy(() => import('./pages/books'))} />
      <Route path="/books/new" component={lazy(() => import('./pages/new-book'))} />
      <Route path="/books/:id" component={lazy(() => import('./pages/book'))} />
      <Route path="/authors/:id" component={lazy(() => import('./pages/author'))} />
      <Route path="/about" component={lazy(() => import('./pages/about'))} />
      <Route path="*" component={lazy(() => import('./pages/not-found'))} />
    </Router>
  ),
  document.getElementById('root')!,
)
registerWorker()
