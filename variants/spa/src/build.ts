declare const __BUILD_ID__: string

/** The id that vite.config.ts took from BUILD_ID. */
export const buildId = __BUILD_ID__
