import { Component, input } from '@angular/core'
import { RouterLink } from '@angular/router'
import type { Book } from '../api'
import { yearText } from '../format'

@Component({
  selector: 'book-list',
  imports: [RouterLink],
  template: `
    <ul class="books">
      @for (book of books(); track book.id) {
        <li>
          <a class="title" [routerLink]="['/books', book.id]">{{ book.title }}</a>
          @if (byline()) {
            <a [routerLink]="['/authors', book.author.id]">{{ book.author.name }}</a>
          }
          <span class="year">{{ yearText(book.year) }}</span>
        </li>
      }
    </ul>
  `,
})
export class BookList {
  readonly books = input.required<Book[]>()
  /** Off: on an author's own page the name would be said in every row. */
  readonly byline = input(true)
  readonly yearText = yearText
}
