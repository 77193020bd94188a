// Caches nothing: the HTTP cache policy of the server is what is measured.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
