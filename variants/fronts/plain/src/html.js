/** A piece of HTML. Only html makes one, so that text never is taken for it. */
class Markup {
  constructor(text) {
    this.text = text
  }
}

/** A template whose values are escaped, but those that are markup; lists are joined, and nothing is left out. */
export function html(strings, ...values) {
  return new Markup(String.raw({ raw: strings }, ...values.map(textOf)))
}

function textOf(value) {
  if (value instanceof Markup) return value.text
  if (Array.isArray(value)) return value.map(textOf).join('')
  if (value === undefined || value === null || value === false) return ''
  return String(value).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}

/** Puts markup into an element, in place of what is there. */
export function write(element, markup) {
  if (!(markup instanceof Markup)) throw new TypeError('write: not markup')
  element.innerHTML = markup.text
}
