import { Component } from '@angular/core'
import { RouterLink } from '@angular/router'
import { bookPage } from '../catalogue'
import { languageText, yearText } from '../format'
import { Failure } from '../parts/failure'
import { usePage } from '../parts/use-page'

@Component({
  imports: [Failure, RouterLink],
  template: `
    @let loaded = this.loaded();
    @if (loaded.error) {
      <failure [error]="loaded.error" />
    } @else if (loaded.page; as page) {
      <article class="book">
        <h1>{{ page.book.title }}</h1>
        <p>by <a [routerLink]="['/authors', page.book.author.id]">{{ page.book.author.name }}</a></p>
        <dl>
          <dt>Published</dt>
          <dd>
            {{ yearText(page.book.year) }}
            @if (page.roman) {
              <span class="quiet">({{ page.roman }})</span>
            }
          </dd>
          <dt>Language</dt>
          <dd>{{ languageText(page.book.language) }}</dd>
          <dt>Number</dt>
          <dd>{{ page.book.id }}</dd>
        </dl>
        <p class="actions"><a routerLink="/books">All books</a></p>
      </article>
    }
  `,
})
export default class Book {
  readonly loaded = usePage((id, _query, signal) => bookPage(id, signal), (page) => page.book.title)
  readonly yearText = yearText
  readonly languageText = languageText
}
