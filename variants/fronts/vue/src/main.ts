import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import app from './app.vue'
import { registerWorker } from './catalogue'
import './style.css'

const router = createRouter({
  history: createWebHistory(),
  linkExactActiveClass: 'active',
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', component: () => import('./pages/home.vue') },
    { path: '/books', component: () => import('./pages/books.vue') },
    { path: '/books/new', component: () => import('./pages/new-book.vue') },
    { path: '/books/:id', component: () => import('./pages/book.vue'), props: true },
    { path: '/authors/:id', component: () => import('./pages/author.vue'), props: true },
    { path: '/about', component: () => import('./pages/about.vue') },
    { path: '/:path(.*)*', component: () => import('./pages/not-found.vue') },
  ],
})

createApp(app).use(router).mount('#root')
registerWorker()
