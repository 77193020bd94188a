import { Form } from 'react-router'

/** Writes the search into the URL: a result can be linked to, and Back works. */
export function SearchForm({ q = '' }: { q?: string }) {
  return (
    <Form className="search" role="search" action="/books">
      {/* The key makes the field follow the URL on Back and Forward. */}
      <input key={q} type="search" name="q" defaultValue={q} maxLength={200} aria-label="Title or author" placeholder="Title or author" />
      <button>Search</button>
    </Form>
  )
}
