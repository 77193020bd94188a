#!/bin/sh
# Starts the proxy. proxy.conf says, where it includes upstreams.conf, what is written here and why.
for name in frontend backend; do
    # With a timeout, because an unknown name is passed on to the host's resolver, which may not answer.
    if timeout 2 getent hosts "$name" >/dev/null; then
        echo "upstream ${name}_pool { server $name:8080; keepalive 64; }"
        echo "map '' \$$name { default ${name}_pool; }"
    else
        echo "map '' \$$name { default $name:8080; }"
    fi
done >/tmp/upstreams.conf
exec nginx -e stderr -g 'daemon off;'
