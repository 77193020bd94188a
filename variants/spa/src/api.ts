/** The client of the API that variants/openapi.yaml describes. */
import { apiOrigin } from './build'

export interface Author {
  id: number
  name: string
}

export interface Book {
  id: number
  title: string
  author: Author
  /** Year of publication; negative is BC. */
  year: number
  /** ISO 639-1 code. */
  language: string
}

export interface BookPage {
  items: Book[]
  total: number
  limit: number
  offset: number
}

/** What a form knows: a field left empty is left out, and the server says what is missing. */
export interface NewBook {
  title?: string
  author?: string
  year?: number
  language?: string
}

export interface FieldError {
  /** JSON pointer into the request body, such as /title. */
  pointer: string
  detail: string
}

/** An answer of the API that is not a success: RFC 9457, or as much of it as there is. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail = '',
    readonly errors: FieldError[] = [],
  ) {
    super(detail || title)
    this.name = 'Problem'
  }

  /** The message for one field of a form, or undefined. */
  field(name: string): string | undefined {
    return this.errors.find((e) => e.pointer === `/${name}`)?.detail
  }
}

export interface BookQuery {
  q?: string
  author?: number
  limit: number
  offset: number
}

export function listBooks({ q, author, limit, offset }: BookQuery, signal?: AbortSignal): Promise<BookPage> {
  const params = new URLSearchParams({ limit: String(limit), offset: String(offset) })
  if (q) params.set('q', q)
  if (author !== undefined) params.set('author', String(author))
  return call(`/api/books?${params}`, { signal })
}

export function getBook(id: string, signal?: AbortSignal): Promise<Book> {
  return call(`/api/books/${encodeURIComponent(id)}`, { signal })
}

export function addBook(book: NewBook, signal?: AbortSignal): Promise<Book> {
  return call('/api/books', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(book),
    signal,
  })
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(apiOrigin ? apiOrigin + path : path, { ...init, headers: { Accept: 'application/json', ...init.headers } })
  const type = response.headers.get('Content-Type') ?? ''
  if (!response.ok) throw await problem(response, type)
  // A server that answers an API path with the page does so with 200: say it here, not as a syntax error.
  if (!isJSON(type)) throw new Problem(response.status, 'Not an API answer', `The server sent ${type || 'no type'} for ${path}.`)
  return response.json()
}

async function problem(response: Response, type: string): Promise<Problem> {
  const title = response.statusText || `Status ${response.status}`
  if (!isJSON(type)) return new Problem(response.status, title)
  const body = await response.json().catch(() => ({}))
  return new Problem(response.status, body?.title ?? title, body?.detail, Array.isArray(body?.errors) ? body.errors : [])
}

function isJSON(type: string): boolean {
  return /^application\/(\w[\w.-]*\+)?json\b/i.test(type)
}
