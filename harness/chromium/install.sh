#!/bin/sh
# Installs Chromium where none is and that is easy: root, on Debian. Anywhere else
# it says what is missed, and succeeds: the tests that need a browser are skipped.
# Where there is a package with the headless shell alone, it takes that: find.go
# says why.
set -eu

if [ "${CHROME-unset}" = "" ]; then
	exit 0 # none is wanted
fi

for command in ${CHROME:-chromium-headless-shell chrome-headless-shell chromium chromium-browser \
	google-chrome google-chrome-stable chrome}; do
	if command -v "$command" >/dev/null; then
		exit 0
	fi
done
missed() {
	echo "no Chromium is installed ($1): tests in a browser are skipped" >&2
	exit 0
}
[ -z "${CHROME:-}" ] || missed "CHROME names $CHROME, which does not exist"
[ -r /etc/debian_version ] || missed "not Debian: install it by hand"
[ "$(id -u)" = 0 ] || missed "not root: sudo apt-get install chromium"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >&2 || missed "apt-get update failed"
# Ubuntu's package is a stub for a snap, which does not work in containers.
if apt-cache depends chromium 2>/dev/null | grep -q snapd; then
	missed "the package of this distribution is a snap: install Google Chrome"
fi
package=chromium-headless-shell
apt-cache show "$package" >/dev/null 2>&1 || package=chromium
apt-get install -y -qq --no-install-recommends "$package" >&2 || missed "apt-get install $package failed"
