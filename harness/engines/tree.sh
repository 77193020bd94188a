#!/bin/bash
# tree.sh FOLDER SUITE: unpacks a Debian release with its container engines into a folder, unless it is there already.
set -euo pipefail
[ $# = 2 ] || { sed -n 2p "$0" >&2; exit 2; }
tree=$1 suite=$2
[ ! -e "$tree" ] || exit 0

packages=ca-certificates,docker.io,containerd,runc,iptables,iproute2,git
# Before Debian 13, the client was part of docker.io, and Podman was too old for what is tested here.
[ "$suite" = bookworm ] || packages+=,docker-cli,docker-registry,podman,netavark,aardvark-dns,nftables,crun
rm -rf --one-file-system "$tree.part"
mkdir -p "$(dirname "$tree")"
echo "unpacking $suite" >&2
# The suite after the current release is not frozen; its index may be older than the machine's clock accepts.
# shellcheck disable=SC2016 # mmdebstrap expands it
mmdebstrap --quiet --variant=minbase --include="$packages" \
	--aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
	--customize-hook='cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"' \
	--customize-hook='rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/*' \
	"$suite" "$tree.part" >&2
mv "$tree.part" "$tree"
