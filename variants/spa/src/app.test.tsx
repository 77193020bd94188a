import { readFileSync } from 'node:fs'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Book } from './api'
import { routes } from './routes'

const emma: Book = { id: 1, title: 'Emma', author: { id: 7, name: 'Jane Austen' }, year: 1815, language: 'en' }
const faust: Book = { id: 2, title: 'Faust', author: { id: 8, name: 'Johann Wolfgang von Goethe' }, year: 1808, language: 'de' }

/** The API of this test: answers in the shapes of openapi.yaml, from two books. */
function api(path: string, init?: RequestInit): Response {
  const url = new URL(path, 'http://library.test')
  if (init?.method === 'POST') {
    const book = JSON.parse(String(init.body))
    if (book.title) return json(201, { ...emma, ...book, id: 1 })
    return json(422, { title: 'Unprocessable Content', detail: 'the book is not valid', errors: [{ pointer: '/title', detail: 'is required' }] })
  }
  if (url.pathname === '/api/books') {
    const { q = '', author, offset = '0' } = Object.fromEntries(url.searchParams)
    const items = [emma, faust].filter((b) => b.title.toLowerCase().includes(q.toLowerCase()) && (!author || b.author.id === Number(author)))
    return json(200, { items: items.slice(Number(offset)), total: items.length, limit: 20, offset: Number(offset) })
  }
  if (url.pathname === '/api/books/1') return json(200, emma)
  if (url.pathname === '/api/books/500') return json(500, { title: 'Internal Server Error' })
  return json(404, { title: 'Not Found', detail: `There is no ${url.pathname}.` })
}

function json(status: number, body: unknown): Response {
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } })
}

beforeEach(() => vi.stubGlobal('fetch', vi.fn(async (path: string, init?: RequestInit) => api(path, init))))

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

function open(path: string) {
  const router = createMemoryRouter(routes, { initialEntries: [path] })
  render(<RouterProvider router={router} />)
  return router
}

const heading = (name: string) => screen.findByRole('heading', { level: 1, name })

test.each([
  ['/', 'A small library of old books', 'Marginalia'],
  ['/books', 'Books', 'Books · Marginalia'],
  ['/books/1', 'Emma', 'Emma · Marginalia'],
  ['/books/new', 'Add a book', 'Add a book · Marginalia'],
  ['/authors/7', 'Jane Austen', 'Jane Austen · Marginalia'],
  ['/no/such/page', 'Page not found', 'Page not found · Marginalia'],
  ['/books/99', 'Not in the catalogue', 'Not in the catalogue · Marginalia'],
  ['/authors/9', 'Not in the catalogue', 'Not in the catalogue · Marginalia'],
  ['/authors/jane', 'Not in the catalogue', 'Not in the catalogue · Marginalia'],
  ['/books/500', 'This page could not be loaded', 'This page could not be loaded · Marginalia'],
])('opens %s directly', async (path, h1, title) => {
  open(path)
  await heading(h1)
  await waitFor(() => expect(document.title).toBe(title))
})

test('a book shows its year as a Roman numeral, from the .mjs module', async () => {
  open('/books/1')
  expect(await screen.findByText('(MDCCCXV)')).toBeTruthy()
})

test('the about page shows what the WebAssembly module reckons', async () => {
  // The test's DOM has a Response of its own, which Node's instantiateStreaming does not take.
  vi.spyOn(WebAssembly, 'instantiateStreaming').mockImplementation(async (source) => WebAssembly.instantiate(await (await source).arrayBuffer()))
  vi.stubGlobal('fetch', async (path: string) => new Response(readFileSync(`.${path}`), { headers: { 'Content-Type': 'application/wasm' } }))
  open('/about')
  expect(await screen.findByText(/3:2 as WebAssembly reckons/)).toBeTruthy()
  expect(document.title).toBe('About · Marginalia')
})

test('a search writes the URL and shows what it finds', async () => {
  const router = open('/books')
  await heading('Books')
  expect(screen.getByRole('link', { name: 'Emma' })).toBeTruthy()
  await userEvent.type(screen.getByRole('searchbox'), 'faust{Enter}')
  await waitFor(() => expect(router.state.location.search).toBe('?q=faust'))
  await waitFor(() => expect(screen.queryByRole('link', { name: 'Emma' })).toBeNull())
  expect(screen.getByRole('link', { name: 'Faust' })).toBeTruthy()
})

test('the URL of a search fills the field', async () => {
  open('/books?q=faust')
  await heading('Books')
  expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('faust')
  expect(screen.getByText('1 book for “faust”')).toBeTruthy()
})

test('a search without a match says so', async () => {
  open('/books?q=zzz')
  expect(await screen.findByText('No title or author matches.')).toBeTruthy()
})

test('pages: the query is kept, a page too far leads back', async () => {
  vi.stubGlobal('fetch', vi.fn(async () => json(200, { items: [], total: 45, limit: 20, offset: 180 })))
  open('/books?q=a&page=10')
  const previous = await screen.findByRole('link', { name: '← Previous' })
  expect(previous.getAttribute('href')).toBe('/books?q=a&page=3')
})

test('the form shows the errors of the server, then goes to the new book', async () => {
  const router = open('/books/new')
  await heading('Add a book')
  await userEvent.click(screen.getByRole('button', { name: 'Add book' }))
  expect((await screen.findByRole('alert')).textContent).toBe('The book was not added. The book is not valid.')
  const title = screen.getByLabelText('Title')
  expect(title.getAttribute('aria-invalid')).toBe('true')
  expect(document.getElementById(title.getAttribute('aria-describedby')!)?.textContent).toBe('is required')
  expect(document.activeElement).toBe(title)

  await userEvent.type(title, 'Emma')
  await userEvent.click(screen.getByRole('button', { name: 'Add book' }))
  await heading('Emma')
  expect(router.state.location.pathname).toBe('/books/1')
})

test('a server that does not answer is an error with a way out', async () => {
  vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('fetch failed'))))
  open('/books')
  await heading('This page could not be loaded')
  expect(screen.getByRole('link', { name: 'Try again' }).getAttribute('href')).toBe('/books')
})
