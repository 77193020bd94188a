import { Component, computed, effect, input } from '@angular/core'
import { RouterLink } from '@angular/router'
import { failureOf, setTitle } from '../catalogue'

@Component({
  selector: 'failure',
  imports: [RouterLink],
  template: `
    <section class="notice" role="alert">
      <h1>{{ failure().heading }}</h1>
      <p>{{ failure().text }}</p>
      <p class="actions">
        <!-- A full load, not a route change: after a deployment the chunks of the old page are gone. -->
        @if (failure().again) {
          <a class="button" [href]="here">Try again</a>
        }
        <a routerLink="/books">All books</a>
      </p>
    </section>
  `,
})
export class Failure {
  readonly error = input.required<unknown>()
  readonly failure = computed(() => failureOf(this.error()))
  readonly here = location.pathname + location.search

  constructor() {
    effect(() => setTitle(this.failure().heading))
  }
}
