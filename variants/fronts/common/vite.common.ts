import type { UserConfig } from 'vite'

// The build id tells two builds of the same sources apart: see variants/spa/vite.config.ts, whose settings these are.
const buildId = process.env.BUILD_ID || 'A'
if (!/^[\w.-]{1,64}$/.test(buildId)) {
  throw new Error(`read BUILD_ID: ${JSON.stringify(buildId)} is not 1 to 64 of A-Z a-z 0-9 _ . -`)
}

/** The build of a front end: its framework's plugin, and the script that index.html of variants/spa is to load. */
export function front(plugin: NonNullable<UserConfig['plugins']>[number], main: string): UserConfig {
  const page = {
    name: 'page',
    transformIndexHtml: {
      order: 'pre' as const,
      handler: (html: string) => html.replaceAll('%BUILD_ID%', buildId).replace('/src/main.tsx', main),
    },
  }
  return {
    plugins: [plugin, page],
    define: { __BUILD_ID__: JSON.stringify(buildId), __API_ORIGIN__: "''" }, // the API is on the page's own origin
    build: {
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'vendor', test: /node_modules/ }] } } },
    },
    server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  }
}
