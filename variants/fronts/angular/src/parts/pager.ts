import { Component, input } from '@angular/core'
import { RouterLink } from '@angular/router'
import type { Pages } from '../catalogue'

@Component({
  selector: 'pager',
  imports: [RouterLink],
  template: `
    @if (pages(); as pages) {
      <nav class="pager" aria-label="Pages">
        @if (pages.previous; as to) {
          <a [routerLink]="[]" [queryParams]="paramsOf(to)" rel="prev">← Previous</a>
        } @else {
          <span></span>
        }
        <span class="quiet">Page {{ pages.page }} of {{ pages.last }}</span>
        @if (pages.next; as to) {
          <a [routerLink]="[]" [queryParams]="paramsOf(to)" rel="next">Next →</a>
        } @else {
          <span></span>
        }
      </nav>
    }
  `,
})
export class Pager {
  readonly pages = input<Pages>()
  readonly paramsOf = (query: string) => Object.fromEntries(new URLSearchParams(query))
}
