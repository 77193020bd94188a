import { expect, test } from 'vitest'
import { count, languageText, sentence, yearText } from './format'

test.each([
  [yearText(1815), '1815'],
  [yearText(-380), '380 BC'],
  [count(1, 'book'), '1 book'],
  [count(1404, 'book'), '1,404 books'],
  [languageText('de'), 'German'],
  [languageText('not a code'), 'not a code'],
  [sentence('there is no book 7'), 'There is no book 7.'],
  [sentence('Not valid.'), 'Not valid.'],
])('%s', (got, want) => expect(got).toBe(want))
