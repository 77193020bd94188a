import { Component } from '@angular/core'
import { RouterLink } from '@angular/router'
import { booksPage } from '../catalogue'
import { BookList } from '../parts/book-list'
import { Failure } from '../parts/failure'
import { Pager } from '../parts/pager'
import { SearchForm } from '../parts/search-form'
import { usePage } from '../parts/use-page'

@Component({
  imports: [BookList, Failure, Pager, RouterLink, SearchForm],
  template: `
    @let loaded = this.loaded();
    @if (loaded.error) {
      <failure [error]="loaded.error" />
    } @else if (loaded.page; as page) {
      <h1>Books</h1>
      <search-form [q]="page.q" />
      <p class="quiet" role="status">{{ page.total }}</p>
      @if (page.nothing) {
        <div class="notice">
          <p>{{ page.nothing }}</p>
          <p class="actions"><a routerLink="/books">All books</a> <a routerLink="/books/new">Add a book</a></p>
        </div>
      } @else {
        <book-list [books]="page.books" />
      }
      <pager [pages]="page.pages" />
    }
  `,
})
export default class Books {
  readonly loaded = usePage((_id, query, signal) => booksPage(query, signal), (page) => page.title)
}
