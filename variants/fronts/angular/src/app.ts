import { Component, inject, signal, viewChild, type ElementRef } from '@angular/core'
import { NavigationCancel, NavigationEnd, NavigationError, NavigationStart, Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router'
import { buildId } from './build'
import { Failure } from './parts/failure'
import { logo } from './urls'

@Component({
  selector: '#root',
  imports: [Failure, RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    <a class="skip" href="#main">Skip to content</a>
    <div class="progress" [attr.data-busy]="busy() || null"></div>
    <header class="bar">
      <a class="brand" routerLink="/"><img [src]="logo" alt="" width="32" height="32" /> Marginalia</a>
      <nav aria-label="Main">
        @for (link of links; track link.to) {
          <a [routerLink]="link.to" routerLinkActive="active" [routerLinkActiveOptions]="{ exact: true }">{{ link.text }}</a>
        }
      </nav>
    </header>
    <main #main id="main" tabindex="-1" [attr.aria-busy]="busy()">
      @if (error(); as error) {
        <failure [error]="error" />
      }
      <router-outlet />
    </main>
    <footer>
      <span>Build <code>{{ buildId }}</code></span>
      <a href="/docs/">Documentation</a>
    </footer>
  `,
})
export class App {
  readonly buildId = buildId
  readonly logo = logo
  readonly links = [
    { to: '/books', text: 'Books' },
    { to: '/books/new', text: 'Add a book' },
    { to: '/about', text: 'About' },
  ]
  readonly busy = signal(true)
  readonly error = signal<unknown>(undefined) // of a chunk that did not load
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main')

  constructor() {
    let shown: string | undefined
    inject(Router).events.subscribe((event) => {
      if (event instanceof NavigationStart) this.busy.set(true)
      if (event instanceof NavigationEnd || event instanceof NavigationCancel || event instanceof NavigationError) this.busy.set(false)
      if (event instanceof NavigationError) this.error.set(event.error)
      if (!(event instanceof NavigationEnd)) return
      this.error.set(undefined)
      // The focus goes to the new page, as after a full load; the first load is one.
      if (shown !== undefined && shown !== location.pathname) this.main().nativeElement.focus({ preventScroll: true })
      shown = location.pathname
    })
  }
}
