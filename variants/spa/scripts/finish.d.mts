export function finish(dist: string): void
