import vue from '@vitejs/plugin-vue'
import { front } from './vite.common'

export default front(vue(), '/src/main.ts')
