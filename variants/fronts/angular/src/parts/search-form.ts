import { Component, inject, input } from '@angular/core'
import { Router } from '@angular/router'

@Component({
  selector: 'search-form',
  template: `
    <form class="search" role="search" action="/books" (submit)="search($event)">
      <input type="search" name="q" [value]="q()" maxlength="200" aria-label="Title or author" placeholder="Title or author" />
      <button>Search</button>
    </form>
  `,
})
export class SearchForm {
  readonly q = input('')
  private readonly router = inject(Router)

  /** Writes the search into the URL: a result can be linked to, and Back works. */
  search(event: Event): void {
    event.preventDefault()
    const q = String(new FormData(event.target as HTMLFormElement).get('q') ?? '')
    this.router.navigate(['/books'], { queryParams: { q } })
  }
}
