import { useNavigate } from '@solidjs/router'

/** Writes the search into the URL: a result can be linked to, and Back works. */
export function SearchForm(props: { q?: string }) {
  const navigate = useNavigate()
  const search = (event: SubmitEvent) => {
    event.preventDefault()
    const q = String(new FormData(event.target as HTMLFormElement).get('q') ?? '')
    navigate(`/books?${new URLSearchParams({ q })}`)
  }
  return (
    <form class="search" role="search" action="/books" onSubmit={search}>
      <input type="search" name="q" value={props.q ?? ''} maxlength="200" aria-label="Title or author" placeholder="Title or author" />
      <button>Search</button>
    </form>
  )
}
