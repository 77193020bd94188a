cd /srv || exit
PATH=/app/node_modules/.bin:$PATH
PORT=8080 exec serve -c /srv/serve.json dist
