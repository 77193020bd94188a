import type { ReactNode } from 'react'

interface ControlProps {
  id: string
  name: string
  'aria-invalid'?: true
  'aria-describedby'?: string
}

interface FieldProps {
  name: string
  label: string
  hint?: string
  error?: string
  children: (props: ControlProps) => ReactNode
}

/** A labelled control whose hint and error are announced with it. */
export function Field({ name, label, hint, error, children }: FieldProps) {
  const about = `${name}-about`
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      {children({ id: name, name, 'aria-invalid': error ? true : undefined, 'aria-describedby': error || hint ? about : undefined })}
      {(error || hint) && (
        <p id={about} className={error ? 'error-text' : 'quiet'}>
          {error ?? hint}
        </p>
      )}
    </div>
  )
}
