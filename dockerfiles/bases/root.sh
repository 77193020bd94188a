#!/bin/sh
# Writes the root file system of the stand-in base images to standard output as a tar archive:
# Debian trixie with the minimal package set, from which the -slim tags of the official images start, too.
# Needs root on Debian or Ubuntu, and the packages mmdebstrap and debian-archive-keyring.
# The host's CA bundle is included, so that builds work on networks that inspect TLS.
set -eu

# Apt inside the image keeps no lists, no archives and no recommended packages: a slim image stays slim.
exec mmdebstrap --quiet --variant=minbase --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --aptopt='APT::Install-Recommends "false"' \
    --customize-hook='cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"' \
    --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/* "$1"/var/log/* "$1"/etc/machine-id' \
    trixie -
