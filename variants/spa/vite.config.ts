import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// The build id tells two builds of the same sources apart. It stands in the page
// (for machines) and in the footer (for people), so the hash of at least one script follows it.
const buildId = process.env.BUILD_ID || 'A'
if (!/^[\w.-]{1,64}$/.test(buildId)) {
  throw new Error(`read BUILD_ID: ${JSON.stringify(buildId)} is not 1 to 64 of A-Z a-z 0-9 _ . -`)
}

// The app asks its own origin for its API, unless API_ORIGIN names another.
const apiOrigin = process.env.API_ORIGIN || ''
if (apiOrigin && new URL(apiOrigin).origin !== apiOrigin) {
  throw new Error(`read API_ORIGIN: ${JSON.stringify(apiOrigin)} is not scheme://host:port alone`)
}

export default defineConfig({
  plugins: [
    react(),
    { name: 'build-id', transformIndexHtml: (html) => html.replaceAll('%BUILD_ID%', buildId) },
  ],
  define: { __BUILD_ID__: JSON.stringify(buildId), __API_ORIGIN__: JSON.stringify(apiOrigin) },
  build: {
    assetsInlineLimit: 0, // every asset is a file of its own: a server is to be measured, not a bundler
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Libraries change less often than pages: their chunk stays in caches over deployments.
        codeSplitting: { groups: [{ name: 'vendor', test: /node_modules/ }] },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  test: { environment: 'happy-dom', include: ['{src,scripts}/**/*.test.{ts,tsx}'] },
})
