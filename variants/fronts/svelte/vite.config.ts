import { svelte } from '@sveltejs/vite-plugin-svelte'
import { front } from './vite.common'

export default front(svelte(), '/src/main.ts')
