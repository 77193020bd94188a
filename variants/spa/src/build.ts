declare const __BUILD_ID__: string
declare const __API_ORIGIN__: string

/** The id that vite.config.ts took from BUILD_ID. */
export const buildId = __BUILD_ID__

/** Where the API is, such as https://api.example; '' is the page's own origin. Of API_ORIGIN at build time. */
export const apiOrigin = __API_ORIGIN__
