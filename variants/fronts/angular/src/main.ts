import { APP_BASE_HREF } from '@angular/common'
import { provideZonelessChangeDetection } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import { provideRouter, withComponentInputBinding, withInMemoryScrolling, type Routes } from '@angular/router'
import { App } from './app'
import { registerWorker } from './catalogue'

/** Each page is a chunk that is loaded when it is first visited. */
const routes: Routes = [
  { path: '', pathMatch: 'full', loadComponent: () => import('./pages/home') },
  { path: 'books', pathMatch: 'full', loadComponent: () => import('./pages/books') },
  { path: 'books/new', loadComponent: () => import('./pages/new-book') },
  { path: 'books/:id', loadComponent: () => import('./pages/book') },
  { path: 'authors/:id', loadComponent: () => import('./pages/author') },
  { path: 'about', loadComponent: () => import('./pages/about') },
  { path: '**', loadComponent: () => import('./pages/not-found') },
]

bootstrapApplication(App, {
  providers: [
    provideZonelessChangeDetection(),
    { provide: APP_BASE_HREF, useValue: '/' },
    provideRouter(routes, withComponentInputBinding(), withInMemoryScrolling({ scrollPositionRestoration: 'enabled' })),
  ],
}).catch((err) => console.error(err))
registerWorker()
