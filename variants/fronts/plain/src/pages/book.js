import { bookPage } from '../catalogue'
import { languageText, yearText } from '../format'
import { html } from '../html'

export async function open({ params }, signal) {
  const { book, roman } = await bookPage(params.id, signal)
  return {
    title: book.title,
    view: html`<article class="book">
      <h1>${book.title}</h1>
      <p>by <a href="/authors/${book.author.id}">${book.author.name}</a></p>
      <dl>
        <dt>Published</dt>
        <dd>${yearText(book.year)} ${roman && html`<span class="quiet">(${roman})</span>`}</dd>
        <dt>Language</dt>
        <dd>${languageText(book.language)}</dd>
        <dt>Number</dt>
        <dd>${book.id}</dd>
      </dl>
      <p class="actions"><a href="/books">All books</a></p>
    </article>`,
  }
}
