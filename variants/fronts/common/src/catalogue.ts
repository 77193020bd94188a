/** What the pages of every front end show: the same data in the same words, whatever draws them. */
import { addBook, getBook, listBooks, Problem, type Book } from './api'
import { count, sentence } from './format'
import { gcdModule, romanModule } from './urls'

const pageSize = 20

/** What the form offers, as ISO 639-1 codes. */
export const languages = ['en', 'cs', 'da', 'de', 'el', 'es', 'fr', 'it', 'ja', 'la', 'no', 'pl', 'pt', 'ru', 'sv', 'zh']

/** Names a page in the tab; without an argument, the app alone. */
export function setTitle(page?: string): void {
  document.title = page ? `${page} · Marginalia` : 'Marginalia'
}

/** Where the pager leads: queries of the same path. */
export interface Pages {
  page: number
  last: number
  previous?: string
  next?: string
}

/** One screen of books; pages only where there is more than one. */
export interface Shelf {
  title: string
  books: Book[]
  total: string
  pages?: Pages
}

export async function booksPage(query: URLSearchParams, signal?: AbortSignal): Promise<Shelf & { q: string; nothing: string }> {
  const q = (query.get('q') ?? '').trim()
  const { items, total } = await listBooks({ q, ...windowOf(query) }, signal)
  const nothing = total > 0 ? 'There are no books this far on.' : 'No title or author matches.'
  return {
    title: q ? `“${q}”` : 'Books',
    books: items,
    total: count(total, 'book') + (q && ` for “${q}”`),
    pages: pagesOf(query, total),
    q,
    nothing: items.length > 0 ? '' : nothing,
  }
}

// The API has no authors of their own: an author is who has books.
export async function authorPage(id: string, query: URLSearchParams, signal?: AbortSignal): Promise<Shelf> {
  const nobody = new Problem(404, 'Not Found', `There is no author ${id}.`)
  if (!/^\d+$/.test(id)) throw nobody
  const { items, total } = await listBooks({ author: Number(id), ...windowOf(query) }, signal)
  const title = items[0]?.author.name
  if (!title) throw nobody
  return { title, books: items, total: `${count(total, 'book')} in the catalogue`, pages: pagesOf(query, total) }
}

/** A book, and its year as a title page prints it; '' for years without a numeral. */
export async function bookPage(id: string, signal?: AbortSignal): Promise<{ book: Book; roman: string }> {
  const book = await getBook(id, signal)
  return { book, roman: await romanText(book.year) }
}

/** The page number in a query, from 1; anything else counts as 1. */
function pageOf(query: URLSearchParams): number {
  const page = Number(query.get('page'))
  return Number.isSafeInteger(page) && page > 0 ? page : 1
}

function windowOf(query: URLSearchParams): { limit: number; offset: number } {
  return { limit: pageSize, offset: (pageOf(query) - 1) * pageSize }
}

function pagesOf(query: URLSearchParams, total: number): Pages | undefined {
  const page = pageOf(query)
  const last = Math.max(1, Math.ceil(total / pageSize))
  if (last === 1 && page === 1) return undefined
  const to = (n: number) => {
    const other = new URLSearchParams(query)
    if (n === 1) other.delete('page')
    else other.set('page', String(n))
    return `?${other}`
  }
  return {
    page,
    last,
    previous: page > 1 ? to(Math.min(page - 1, last)) : undefined,
    next: page < last ? to(page + 1) : undefined,
  }
}

async function romanText(year: number): Promise<string> {
  try {
    // A plain module that bundlers leave alone: servers have to know the type of .mjs.
    const module: { roman(year: number): string } = await import(/* @vite-ignore */ romanModule)
    return module.roman(year)
  } catch (err) {
    console.warn('load roman numerals:', err)
    return ''
  }
}

/** An aspect ratio in lowest terms, '' without the module. Streaming needs the type application/wasm. */
export async function ratioText(width: number, height: number): Promise<string> {
  try {
    const { instance } = await WebAssembly.instantiateStreaming(fetch(gcdModule))
    const gcd = instance.exports.gcd as (a: number, b: number) => number
    const by = gcd(width, height)
    return `${width / by}:${height / by}`
  } catch (err) {
    console.warn('run gcd.wasm:', err)
    return ''
  }
}

/** Adds the book that a form describes. The server alone decides what is valid: its refusal is a Problem. */
export function addBookOf(form: FormData): Promise<Book> {
  const text = (name: string) => String(form.get(name) ?? '').trim() || undefined
  const year = text('year')
  return addBook({ title: text('title'), author: text('author'), year: year ? Number(year) : undefined, language: text('language') })
}

/** The fields of the form, in their order. */
export const fields = [
  { name: 'title', label: 'Title', type: 'text' },
  { name: 'author', label: 'Author', type: 'text' },
  { name: 'year', label: 'Year of publication', type: 'number', hint: 'Negative for years BC' },
  { name: 'language', label: 'Language', type: 'select' },
]

/** What a page says whose data or whose chunk cannot be had, and whether to try again helps. */
export function failureOf(error: unknown): { heading: string; text: string; again: boolean } {
  const missing = error instanceof Problem && error.status === 404
  let text = 'Something unexpected happened.'
  if (error instanceof Problem) text = sentence(error.message)
  else if (error instanceof TypeError) text = 'The server did not answer, or a new version has been released.'
  else if (error instanceof Error) text = error.message
  return { heading: missing ? 'Not in the catalogue' : 'This page could not be loaded', text, again: !missing }
}

/** Without a service worker the app is whole, so a refusal (private window, policy) is only worth a note. */
export function registerWorker(): void {
  navigator.serviceWorker?.register('/sw.js').catch((err) => console.info('register service worker:', err))
}
