export function roman(n: number): string
