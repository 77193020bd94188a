#!/bin/sh
# Takes what begins with a dash, or is no command, for arguments of node.
set -e
if [ "${1#-}" != "$1" ] || ! command -v "$1" >/dev/null; then
	set -- node "$@"
fi
exec "$@"
