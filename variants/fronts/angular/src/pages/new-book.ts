import { afterNextRender, Component, inject, Injector, signal } from '@angular/core'
import { Router } from '@angular/router'
import { Problem } from '../api'
import { addBookOf, fields, languages, setTitle } from '../catalogue'
import { languageText, sentence } from '../format'

@Component({
  template: `
    <h1>Add a book</h1>
    <form class="card" method="post" novalidate (submit)="submit($event)">
      @if (problem(); as problem) {
        <div class="error" role="alert"><strong>The book was not added.</strong> {{ sentence(problem.message) }}</div>
      }
      @for (field of fields; track field.name) {
        @let error = problem()?.field(field.name);
        <div class="field">
          <label [attr.for]="field.name">{{ field.label }}</label>
          @if (field.type === 'select') {
            <select [id]="field.name" [attr.name]="field.name" [attr.aria-invalid]="error ? true : null" [attr.aria-describedby]="field.name + '-about'">
              @for (code of languages; track code) {
                <option [value]="code">{{ languageText(code) }}</option>
              }
            </select>
          } @else {
            <input
              [id]="field.name"
              [attr.name]="field.name"
              [type]="field.type"
              autocomplete="off"
              [attr.aria-invalid]="error ? true : null"
              [attr.aria-describedby]="field.name + '-about'"
            />
          }
          <p [id]="field.name + '-about'" [class]="error ? 'error-text' : 'quiet'">{{ error ?? field.hint }}</p>
        </div>
      }
      <button [disabled]="saving()">{{ saving() ? 'Adding…' : 'Add book' }}</button>
    </form>
  `,
})
export default class NewBook {
  readonly fields = fields
  readonly languages = languages
  readonly languageText = languageText
  readonly sentence = sentence
  readonly problem = signal<Problem | undefined>(undefined)
  readonly saving = signal(false)
  private readonly router = inject(Router)
  private readonly injector = inject(Injector)

  constructor() {
    setTitle('Add a book')
  }

  async submit(event: Event): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    this.saving.set(true)
    try {
      const book = await addBookOf(new FormData(form))
      await this.router.navigate(['/books', book.id])
    } catch (err) {
      this.problem.set(err instanceof Problem ? err : new Problem(0, 'The server did not answer'))
      afterNextRender(() => form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus(), { injector: this.injector })
    } finally {
      this.saving.set(false)
    }
  }
}
