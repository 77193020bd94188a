import { useNavigate } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import { Problem } from '../api'
import { addBookOf, fields, languages, setTitle } from '../catalogue'
import { languageText, sentence } from '../format'

export default function NewBook() {
  const [problem, setProblem] = createSignal<Problem>()
  const [saving, setSaving] = createSignal(false)
  const navigate = useNavigate()
  let form!: HTMLFormElement
  setTitle('Add a book')

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    setSaving(true)
    try {
      const book = await addBookOf(new FormData(form))
      navigate(`/books/${book.id}`)
    } catch (err) {
      setProblem(err instanceof Problem ? err : new Problem(0, 'The server did not answer'))
      form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
    } finally {
      setSaving(false)
    }
  }

  return (
    <>
      <h1>Add a book</h1>
      <form ref={form} class="card" method="post" novalidate onSubmit={submit}>
        <Show when={problem()}>
          {(problem) => (
            <div class="error" role="alert">
              <strong>The book was not added.</strong> {sentence(problem().message)}
            </div>
          )}
        </Show>
        <For each={fields}>
          {({ name, label, type, hint }) => {
            const error = () => problem()?.field(name)
            const about = `${name}-about`
            return (
              <div class="field">
                <label for={name}>{label}</label>
                <Show
                  when={type === 'select'}
                  fallback={<input id={name} name={name} type={type} autocomplete="off" aria-invalid={error() ? 'true' : undefined} aria-describedby={about} />}
                >
                  <select id={name} name={name} aria-invalid={error() ? 'true' : undefined} aria-describedby={about}>
                    <For each={languages}>{(code) => <option value={code}>{languageText(code)}</option>}</For>
                  </select>
                </Show>
                <p id={about} class={error() ? 'error-text' : 'quiet'}>
                  {error() ?? hint}
                </p>
              </div>
            )
          }}
        </For>
        <button disabled={saving()}>{saving() ? 'Adding…' : 'Add book'}</button>
      </form>
    </>
  )
}
