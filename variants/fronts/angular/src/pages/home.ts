import { Component } from '@angular/core'
import { RouterLink } from '@angular/router'
import { setTitle } from '../catalogue'
import { SearchForm } from '../parts/search-form'

@Component({
  imports: [RouterLink, SearchForm],
  template: `
    <section class="hero">
      <h1>A small library of old books</h1>
      <p>Search the catalogue by title or author, follow an author from book to book, or add what is missing.</p>
      <search-form />
      <p class="actions"><a routerLink="/books">Browse all books</a> <a routerLink="/books/new">Add a book</a></p>
    </section>
  `,
})
export default class Home {
  constructor() {
    setTitle()
  }
}
