import { mount } from 'svelte'
import App from './app.svelte'
import { registerWorker } from './catalogue'
import './style.css'

mount(App, { target: document.getElementById('root')! })
registerWorker()
