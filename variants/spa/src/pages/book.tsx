import { useEffect, useState } from 'react'
import { Link, useLoaderData, type LoaderFunctionArgs } from 'react-router'
import { getBook } from '../api'
import romanModule from '../assets/roman.mjs?url'
import { languageText, yearText } from '../format'
import { useTitle } from '../parts/use-title'

export function loader({ params, request }: LoaderFunctionArgs) {
  return getBook(params.id!, request.signal)
}

export function Component() {
  const book = useLoaderData<typeof loader>()
  const roman = useRoman(book.year)
  useTitle(book.title)
  return (
    <article className="book">
      <h1>{book.title}</h1>
      <p>
        by <Link to={`/authors/${book.author.id}`}>{book.author.name}</Link>
      </p>
      <dl>
        <dt>Published</dt>
        <dd>
          {yearText(book.year)} {roman && <span className="quiet">({roman})</span>}
        </dd>
        <dt>Language</dt>
        <dd>{languageText(book.language)}</dd>
        <dt>Number</dt>
        <dd>{book.id}</dd>
      </dl>
      <p className="actions">
        <Link to="/books">All books</Link>
      </p>
    </article>
  )
}

/** The year as a title page prints it; '' until the module is there, and for years without a numeral. */
function useRoman(year: number): string {
  const [text, setText] = useState('')
  useEffect(() => {
    let current = true
    // A plain module that the bundler leaves alone: servers have to know the type of .mjs.
    import(/* @vite-ignore */ romanModule)
      .then((module: typeof import('../assets/roman.mjs')) => current && setText(module.roman(year)))
      .catch((err) => console.warn('load roman numerals:', err))
    return () => {
      current = false
    }
  }, [year])
  return text
}
