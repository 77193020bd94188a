const express = require('express')
const app = express()

app.get('/api/health', (req, res) => res.json({ status: 'ok' }))
app.use(express.static('/srv/dist'))
app.get('*', (req, res) => res.sendFile('/srv/dist/index.html'))

app.listen(8080)
