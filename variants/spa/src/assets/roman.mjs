const numerals = [
  [1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'],
  [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'],
  [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I'],
]

/** The Roman numeral of an integer from 1 to 3999; '' for any other number. */
export function roman(n) {
  if (!Number.isInteger(n) || n < 1 || n > 3999) return ''
  let text = ''
  for (const [value, letters] of numerals) {
    for (; n >= value; n -= value) text += letters
  }
  return text
}
