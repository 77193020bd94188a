import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { roman } from './roman.mjs'

test.each([[1, 'I'], [1494, 'MCDXCIV'], [1888, 'MDCCCLXXXVIII'], [3999, 'MMMCMXCIX'], [0, ''], [-380, ''], [4000, ''], [1.5, '']])(
  'roman(%d) is %s',
  (n, text) => expect(roman(n)).toBe(text),
)

test('gcd.wasm finds the greatest common divisor', async () => {
  const { instance } = await WebAssembly.instantiate(readFileSync('src/assets/gcd.wasm'))
  const gcd = instance.exports.gcd as (a: number, b: number) => number
  expect([gcd(1200, 800), gcd(800, 1200), gcd(7, 0), gcd(17, 5)]).toEqual([400, 400, 7, 1])
})

test('endpapers.png is as large as the about page says', () => {
  const png = readFileSync('src/assets/endpapers.png')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 800])
  expect(png.length).toBeGreaterThan(100_000)
})
