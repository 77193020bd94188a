#!/bin/sh
# Starts the proxy. See upstreams.conf in proxy.conf for what is written here and why.
for name in frontend backend; do
    # Bounded: an unknown name goes on to the host's resolver, which may not answer.
    if timeout 2 getent hosts "$name" >/dev/null; then
        echo "upstream ${name}_pool { server $name:8080; keepalive 64; }"
        echo "map '' \$$name { default ${name}_pool; }"
    else
        echo "map '' \$$name { default $name:8080; }"
    fi
done >/tmp/upstreams.conf
exec nginx -e stderr -g 'daemon off;'
