import { useEffect, useRef } from 'react'
import { Form, redirect, useActionData, useNavigation, type ActionFunctionArgs } from 'react-router'
import { addBook, Problem, type NewBook } from '../api'
import { languageText, sentence } from '../format'
import { Field } from '../parts/field'
import { useTitle } from '../parts/use-title'

const languages = ['en', 'cs', 'da', 'de', 'el', 'es', 'fr', 'it', 'ja', 'la', 'no', 'pl', 'pt', 'ru', 'sv', 'zh']

export async function action({ request }: ActionFunctionArgs) {
  try {
    const book = await addBook(fromForm(await request.formData()), request.signal)
    return redirect(`/books/${book.id}`)
  } catch (err) {
    if (err instanceof Problem) return err
    throw err
  }
}

function fromForm(form: FormData): NewBook {
  const text = (name: string) => String(form.get(name) ?? '').trim() || undefined
  const year = text('year')
  return { title: text('title'), author: text('author'), year: year ? Number(year) : undefined, language: text('language') }
}

/** The server alone decides what is valid, so the browser's own validation is off. */
export function Component() {
  const problem = useActionData<typeof action>() as Problem | undefined
  const saving = useNavigation().state === 'submitting'
  const form = useRef<HTMLFormElement>(null)
  useTitle('Add a book')
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [problem])
  return (
    <>
      <h1>Add a book</h1>
      <Form ref={form} className="card" method="post" noValidate>
        {problem && (
          <div className="error" role="alert">
            <strong>The book was not added.</strong> {sentence(problem.message)}
          </div>
        )}
        <Field name="title" label="Title" error={problem?.field('title')}>
          {(props) => <input {...props} autoComplete="off" />}
        </Field>
        <Field name="author" label="Author" error={problem?.field('author')}>
          {(props) => <input {...props} autoComplete="off" />}
        </Field>
        <Field name="year" label="Year of publication" hint="Negative for years BC" error={problem?.field('year')}>
          {(props) => <input {...props} type="number" />}
        </Field>
        <Field name="language" label="Language" error={problem?.field('language')}>
          {(props) => (
            <select {...props}>
              {languages.map((code) => (
                <option key={code} value={code}>
                  {languageText(code)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button disabled={saving}>{saving ? 'Adding…' : 'Add book'}</button>
      </Form>
    </>
  )
}
