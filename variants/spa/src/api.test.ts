import { afterEach, expect, test, vi } from 'vitest'
import { addBook, getBook, listBooks, Problem } from './api'

afterEach(() => vi.unstubAllGlobals())

function answer(status: number, type: string, body: string) {
  const fetch = vi.fn(async (_path: string, _init?: RequestInit) => new Response(body, { status, headers: { 'Content-Type': type } }))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

async function problemOf(call: Promise<unknown>): Promise<Problem> {
  const err = await call.then(() => undefined, (err) => err)
  expect(err).toBeInstanceOf(Problem)
  return err
}

test.each([
  [{ limit: 20, offset: 0 }, '/api/books?limit=20&offset=0'],
  [{ q: 'war & peace', limit: 20, offset: 40 }, '/api/books?limit=20&offset=40&q=war+%26+peace'],
  [{ author: 7, limit: 5, offset: 0 }, '/api/books?limit=5&offset=0&author=7'],
])('lists books: %o', async (query, path) => {
  const fetch = answer(200, 'application/json', '{"items":[],"total":0,"limit":20,"offset":0}')
  await listBooks(query)
  expect(fetch.mock.calls[0]![0]).toBe(path)
})

test('asks the origin that the build names', async () => {
  vi.resetModules()
  vi.doMock('./build', () => ({ apiOrigin: 'https://api.example' }))
  const elsewhere = await import('./api').finally(() => vi.doUnmock('./build'))
  const fetch = answer(201, 'application/json', '{"id":1}')
  await elsewhere.addBook({ title: 'Emma' })
  expect(fetch.mock.calls[0]![0]).toBe('https://api.example/api/books')
})

test('an id cannot leave the collection', async () => {
  const fetch = answer(404, 'application/problem+json', '{"title":"Not Found"}')
  await problemOf(getBook('../health'))
  expect(fetch.mock.calls[0]![0]).toBe('/api/books/..%2Fhealth')
})

test('sends a book as JSON, empty fields left out', async () => {
  const fetch = answer(201, 'application/json', '{"id":1}')
  await addBook({ title: 'Emma', year: 1815, author: undefined })
  const init = fetch.mock.calls[0]![1]!
  expect(init.method).toBe('POST')
  expect(new Headers(init.headers).get('Content-Type')).toBe('application/json')
  expect(init.body).toBe('{"title":"Emma","year":1815}')
})

test('reads problem details with their fields', async () => {
  answer(
    422,
    'application/problem+json; charset=utf-8',
    '{"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"The book is not valid.","errors":[{"pointer":"/year","detail":"must be at most 2100"}]}',
  )
  const problem = await problemOf(addBook({ year: 3000 }))
  expect(problem).toMatchObject({ status: 422, title: 'Unprocessable Content', message: 'The book is not valid.' })
  expect(problem.field('year')).toBe('must be at most 2100')
  expect(problem.field('title')).toBeUndefined()
})

test.each([
  ['an HTML error page', 502, 'text/html', '<h1>Bad Gateway</h1>'],
  ['JSON that breaks off', 500, 'application/problem+json', '{"title":'],
  ['JSON that is no object', 503, 'application/json', 'null'],
])('makes a problem of %s', async (_what, status, type, body) => {
  answer(status, type, body)
  const problem = await problemOf(getBook('1'))
  expect(problem.status).toBe(status)
  expect(problem.message).not.toBe('')
})

test('the page in the place of an API answer is a problem, not a book', async () => {
  answer(200, 'text/html; charset=utf-8', '<!doctype html>')
  expect((await problemOf(getBook('1'))).message).toContain('text/html')
})
