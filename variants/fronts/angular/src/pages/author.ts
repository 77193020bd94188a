import { Component } from '@angular/core'
import { RouterLink } from '@angular/router'
import { authorPage } from '../catalogue'
import { BookList } from '../parts/book-list'
import { Failure } from '../parts/failure'
import { Pager } from '../parts/pager'
import { usePage } from '../parts/use-page'

@Component({
  imports: [BookList, Failure, Pager, RouterLink],
  template: `
    @let loaded = this.loaded();
    @if (loaded.error) {
      <failure [error]="loaded.error" />
    } @else if (loaded.page; as page) {
      <h1>{{ page.title }}</h1>
      <p class="quiet">{{ page.total }}</p>
      <book-list [books]="page.books" [byline]="false" />
      <pager [pages]="page.pages" />
      <p class="actions"><a routerLink="/books">All books</a></p>
    }
  `,
})
export default class Author {
  readonly loaded = usePage(authorPage, (page) => page.title)
}
