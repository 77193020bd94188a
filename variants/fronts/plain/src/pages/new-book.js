import { Problem } from '../api'
import { addBookOf, fields, languages } from '../catalogue'
import { languageText, sentence } from '../format'
import { html, write } from '../html'

export function open() {
  return {
    title: 'Add a book',
    view: html`<h1>Add a book</h1>
      <form class="card" method="post" novalidate>
        <div class="error" role="alert" hidden></div>
        ${fields.map(field)}
        <button>Add book</button>
      </form>`,
    live: (element, go) => {
      const form = element.querySelector('form')
      form.addEventListener('submit', (event) => {
        event.preventDefault()
        submit(form, go)
      })
    },
  }
}

function field({ name, label, type, hint }) {
  const option = (code) => html`<option value="${code}">${languageText(code)}</option>`
  const control =
    type === 'select'
      ? html`<select id="${name}" name="${name}">${languages.map(option)}</select>`
      : html`<input id="${name}" name="${name}" type="${type}" autocomplete="off" />`
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${control}
    <p id="${name}-about" class="quiet">${hint}</p>
  </div>`
}

async function submit(form, go) {
  const button = form.querySelector('button')
  button.disabled = true
  try {
    const book = await addBookOf(new FormData(form))
    go(`/books/${book.id}`)
  } catch (err) {
    refuse(form, err instanceof Problem ? err : new Problem(0, 'The server did not answer'))
  } finally {
    button.disabled = false
  }
}

/** Says what the server refuses, beside the fields and announced with them. */
function refuse(form, problem) {
  const alert = form.querySelector('[role=alert]')
  alert.hidden = false
  write(alert, html`<strong>The book was not added.</strong> ${sentence(problem.message)}`)
  for (const { name, hint } of fields) {
    const error = problem.field(name)
    const about = form.querySelector(`#${name}-about`)
    about.className = error ? 'error-text' : 'quiet'
    about.textContent = error ?? hint ?? ''
    form.elements[name].toggleAttribute('aria-invalid', false)
    if (error) form.elements[name].setAttribute('aria-invalid', 'true')
    form.elements[name].setAttribute('aria-describedby', about.id)
  }
  form.querySelector('[aria-invalid=true]')?.focus()
}
