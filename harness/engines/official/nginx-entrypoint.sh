#!/bin/sh
# Runs what is in /docker-entrypoint.d in the order of its names, if nginx is to be started, and then the command.
set -e
if [ "$1" = nginx ]; then
	for script in /docker-entrypoint.d/*.sh; do
		[ ! -x "$script" ] || "$script"
	done
fi
exec "$@"
