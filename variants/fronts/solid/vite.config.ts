import solid from 'vite-plugin-solid'
import { front } from './vite.common'

export default front(solid(), '/src/main.tsx')
