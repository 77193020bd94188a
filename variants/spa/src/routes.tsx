import type { RouteObject } from 'react-router'
import { Layout } from './layout'
import { Failure } from './parts/failure'
import { Loading } from './parts/loading'

/**
 * Every page is a chunk of its own. The pathless route in the middle keeps the layout on screen
 * while the first page loads, and when a page fails.
 */
export const routes: RouteObject[] = [
  {
    Component: Layout,
    children: [
      {
        ErrorBoundary: Failure,
        HydrateFallback: Loading,
        children: [
          { index: true, lazy: () => import('./pages/home') },
          { path: 'books', lazy: () => import('./pages/books') },
          { path: 'books/new', lazy: () => import('./pages/new-book') },
          { path: 'books/:id', lazy: () => import('./pages/book') },
          { path: 'authors/:id', lazy: () => import('./pages/author') },
          { path: 'about', lazy: () => import('./pages/about') },
          { path: '*', lazy: () => import('./pages/not-found') },
        ],
      },
    ],
  },
]
