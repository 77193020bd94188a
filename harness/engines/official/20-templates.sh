#!/bin/sh
# Writes each template of /etc/nginx/templates into the configuration, with the values of the variables that it names.
set -eu
for template in /etc/nginx/templates/*.template; do
	[ -e "$template" ] || exit 0
	text=$(cat "$template")
	for name in $(grep -o '\${[A-Za-z_][A-Za-z0-9_]*}' "$template" | tr -d '${}' | sort -u); do
		value=$(printenv "$name") || continue # nginx has variables of its own
		text=$(printf '%s\n' "$text" | sed "s|\${$name}|$value|g")
	done
	printf '%s\n' "$text" >"/etc/nginx/conf.d/$(basename "$template" .template)"
done
