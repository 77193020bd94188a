const crypto = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const compression = require('compression')
const express = require('express')
const helmet = require('helmet')

const app = express()
// first
const api = express.Router()
const health = (req, res) => res.json({ status: 'ok' })
api.get('/health', health)
api.get('/slow', (req, res) => setTimeout(() => res.json({}), req.query.ms))
app.use('/api', api, (req, res) => res.status(404).json({ error: 'not found' }))
// files
app.use(express.static('dist'))
app.get('*', (req, res) => res.sendFile('index.html', { root: 'dist' }))
// errors
const server = app.listen(8080)
