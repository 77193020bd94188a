#!/bin/bash
# Raises a container engine of another version beside the machine's own, and runs programs against it.
set -euo pipefail
here=$(dirname "$(realpath "$0")")

usage() {
	cat <<'X'
engine.sh [--dir DIR] COMMAND

  list                the engines that can be raised
  up NAME             raise an engine, with this machine's stand-in base images; one that runs is left as it is.
                      docker-26-registry has them in a registry of its own, under the names of the official images
  run NAME PROGRAM…   run a program in the engine's network, with DOCKER_HOST set; for docker-26-remote, in the network
                      of this machine, for which that engine is one on another machine, reached by TCP
  down NAME           stop the engine, and remove its images, containers and network
  clean               take down all engines in the folder, and remove it

An engine is that of a Debian release, unpacked in a folder. It has a network and a mount namespace of its own, and its
socket, images and containers in DIR (default: /tmp/spabench-engines). This takes root on Debian, and up to 5 GB for
each engine. Engines and containers inherit the scheduling of this command: chrt --idle 0 engine.sh up NAME raises an
engine that gives way to everything else on the machine.
X
}

fail() {
	echo "engine.sh: $*" >&2
	exit 2
}

# The release and the kind of an engine.
kind_of() {
	case $1 in
	docker-20) echo bookworm docker ;;
	docker-26) echo trixie docker ;;
	docker-26-registry) echo trixie docker-registry ;;
	docker-26-remote) echo trixie docker-remote ;;
	docker-28) echo forky docker ;;
	docker-28-containerd) echo forky docker-containerd ;;
	podman-5) echo trixie podman ;;
	*) fail "there is no engine '$1': engine.sh list names them" ;;
	esac
}

list() {
	for name in docker-20 docker-26 docker-26-registry docker-26-remote docker-28 docker-28-containerd podman-5; do
		echo "$name: $(kind_of $name)"
	done
}

# await TENTHS COMMAND…: waits until the command succeeds, for so many tenths of a second.
await() {
	local left=$1
	shift
	until "$@"; do
		[ $((left--)) -gt 0 ] || return 1
		sleep 0.1
	done
}

answers() { [ -S "$socket" ] && docker --host "unix://$socket" version >/dev/null 2>&1; }

install_tools() {
	command -v docker >/dev/null || fail "install Docker's client (Debian: docker-cli or docker.io) and try again"
	local tool
	for tool in mmdebstrap slirp4netns nsenter ip; do
		command -v "$tool" >/dev/null && continue
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			mmdebstrap slirp4netns util-linux iproute2 >/dev/null
		return
	done
}

# The network namespace leads out through slirp4netns, which needs no route and no rule of this machine.
raise_network() {
	[ ! -e "/run/netns/$net" ] || return 0
	ip netns add "$net"
	# Not by ip netns exec: that mounts a /sys of its own, which has no cgroups.
	nsenter --net="/run/netns/$net" sh -c 'ip link set lo up; echo 1 >/proc/sys/net/ipv4/ip_forward'
	setsid slirp4netns --configure --mtu=1500 --disable-host-loopback --netns-type=path --ready-fd=3 \
		"/run/netns/$net" tap0 3>"$own/slirp.ready" >"$own/slirp.log" 2>&1 </dev/null &
	echo $! >"$own/slirp.pid"
	await 100 test -s "$own/slirp.ready" || fail "slirp4netns: $(tail -n 3 "$own/slirp.log")"
	if [ "$kind" = docker-remote ]; then
		ip link add spabench-remote type veth peer name eth0 netns "$net"
		ip address add "$here_address/30" dev spabench-remote
		ip link set spabench-remote up
		nsenter --net="/run/netns/$net" sh -c "ip address add $there_address/30 dev eth0; ip link set eth0 up"
	fi
}

up() {
	if ! answers; then
		install_tools
		"$here/tree.sh" "$dir/trees/$suite" "$suite"
		mkdir -p "$own"/{upper,work,root,run,data,exec,tmp}
		raise_network
		setsid nsenter --net="/run/netns/$net" unshare --mount --propagation private \
			"$here/inside.sh" "$dir/trees/$suite" "$own" "$kind" >"$own/engine.log" 2>&1 </dev/null &
		echo $! >"$own/engine.pid"
		await 600 answers || fail "$name does not respond: $(tail -n 5 "$own/engine.log")"
	fi
	carry_bases
	docker --host "unix://$socket" version --format "$name runs: {{.Server.Version}}, unix://$socket"
}

# Stand-ins of this machine's engine are the same for all engines, and building them takes minutes.
carry_bases() {
	local bases
	bases=$(docker images --filter label=spabench.content --format '{{.Repository}}:{{.Tag}}' 2>/dev/null |
		grep '^spabench/' || true)
	if [ "$kind" = docker-registry ]; then
		[ -d "$own/registry/docker" ] || publish_bases
	elif [ -n "$bases" ] && ! docker --host "unix://$socket" image inspect spabench/root:trixie >/dev/null 2>&1; then
		load_bases
	fi
}

load_bases() {
	# shellcheck disable=SC2086 # one argument for each
	docker save $bases | docker --host "unix://$socket" load >"$own/load.log" || fail "load: $(cat "$own/load.log")"
}

# Pushes each stand-in under the name of the official image that it stands in for, with that image's entrypoint, and
# leaves the engine none.
publish_bases() {
	local official name stand_in
	[ -n "$bases" ] || fail "this machine's engine has no stand-ins to publish: make test builds them"
	load_bases
	for official in $(sed -n 's/^ARG [A-Z]*_IMAGE=\([a-z]*:.*\)$/\1/p' "$here"/../../dockerfiles/*.Dockerfile |
		sort -u); do
		name=127.0.0.1:5000/library/$official
		stand_in=$(grep -m1 "^spabench/${official%:*}:" <<<"$bases")
		docker --host "unix://$socket" tag "$stand_in" "$name"
		if [ -e "$here/official/${official%:*}.Dockerfile" ]; then
			docker --host "unix://$socket" build --quiet --tag "$name" --build-arg "STAND_IN=$stand_in" \
				--file "$here/official/${official%:*}.Dockerfile" "$here/official" >>"$own/load.log"
		fi
		docker --host "unix://$socket" push --quiet "$name" >>"$own/load.log"
	done
	docker --host "unix://$socket" image prune --all --force >>"$own/load.log"
}

run() {
	answers || fail "$name does not run: engine.sh up $name raises it"
	# What the project caches of images depends on the engine; what Go caches does not. Tests take turns by a lock in
	# TMPDIR, which those on another engine need not do.
	if command -v go >/dev/null; then
		GOCACHE=$(go env GOCACHE)
		export GOCACHE
	fi
	export XDG_CACHE_HOME="$own/cache" TMPDIR="$own/tmp"
	if [ "$kind" = docker-remote ]; then
		local direct=${NO_PROXY:+$NO_PROXY,}$there_address
		exec env DOCKER_HOST="tcp://$there_address:2375" NO_PROXY="$direct" no_proxy="$direct" "$@"
	fi
	exec nsenter --net="/run/netns/$net" env DOCKER_HOST="unix://$socket" "$@"
}

# stop FILE TEXT: ends the process whose id is in the file, and waits for it, unless the id is another's by now, whose
# command line does not contain the text.
stop() {
	local pid
	pid=$(cat "$1" 2>/dev/null) && grep -qF "$2" "/proc/$pid/cmdline" 2>/dev/null || return 0
	kill "$pid" 2>/dev/null || true
	await 200 test ! -e "/proc/$pid" || kill -9 "$pid"
	rm -f "$1"
}

down() {
	if answers; then
		docker --host "unix://$socket" ps -aq | xargs -r docker --host "unix://$socket" rm -f >/dev/null
	fi
	stop "$own/engine.pid" "$own"
	stop "$own/registry.pid" docker-registry
	stop "$own/slirp.pid" "$net"
	[ ! -e "/run/netns/$net" ] || ip netns del "$net"
	# Podman leaves empty cgroups. Those that are not empty belong to somebody else, and stay.
	[ "$kind" != podman ] || rmdir /sys/fs/cgroup/*/libpod_parent /sys/fs/cgroup/*/buildah-* 2>/dev/null || true
	rm -rf --one-file-system "$own"
}

# The two ends of the line to docker-26-remote: addresses for benchmarks of networks (RFC 2544), which nobody routes.
here_address=198.18.19.1 there_address=198.18.19.2

dir=/tmp/spabench-engines
if [ "${1:-}" = --dir ]; then
	dir=${2:?--dir takes a folder}
	shift 2
fi
command=${1:-help}
[ $# = 0 ] || shift
case $command in
help | --help | -h)
	usage
	exit
	;;
list)
	list
	exit
	;;
up | run | down) described=$(kind_of "${1:-}") ;;
clean) ;;
*) fail "there is no command '$command': engine.sh --help lists them" ;;
esac
[ "$(id -u)" = 0 ] || fail "this needs root, for namespaces and mounts"
dir=$(realpath -m "$dir")
if [ "$command" = clean ]; then
	for own in "$dir"/*/run; do
		[ ! -e "$own" ] || "$0" --dir "$dir" down "$(basename "$(dirname "$own")")"
	done
	rm -rf --one-file-system "$dir"
	exit
fi
name=$1 suite=${described% *} kind=${described#* }
shift
own=$dir/$name net=spabench-$name socket=$dir/$name/run/docker.sock
$command "$@"
