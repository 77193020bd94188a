export function yearText(year: number): string {
  return year < 0 ? `${-year} BC` : String(year)
}

export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`
}

const languages = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' })

/** The English name of a language code; a code that is not one is shown as it is. */
export function languageText(code: string): string {
  try {
    return languages.of(code) ?? code
  } catch {
    return code
  }
}

/** A message of the API as a sentence: servers differ in their capitals and full stops. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.')
}
