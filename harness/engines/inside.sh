#!/bin/bash
# inside.sh TREE OWN KIND: becomes an engine (docker, docker-containerd, docker-registry, docker-remote or podman) with
# TREE as its root file system. docker-registry has a registry beside it, which it asks first; docker-remote also listens
# on TCP.
# Runs in a mount namespace that is not shared. What the engine stores is in OWN.
set -euo pipefail
[ $# = 3 ] || { sed -n 2,5p "$0" >&2; exit 2; }
tree=$1 own=$2 kind=$3
checkout=$(realpath "$(dirname "$0")/../..")

mount -t overlay overlay -o "lowerdir=$tree,upperdir=$own/upper,workdir=$own/work" "$own/root"
cd "$own/root"
# The engine finds the folders that tests mount into containers under their own paths.
for folder in /proc /sys /dev /tmp "$own" "$checkout"; do
	mkdir -p ".$folder"
	mount --rbind "$folder" ".$folder"
done
mount --make-rslave .
mount -t tmpfs none run
mkdir -p run/lock etc/docker etc/containers .old
echo 'nameserver 10.0.2.3' >etc/resolv.conf # slirp4netns
printf '127.0.0.1 localhost %s\n' "$(hostname)" >etc/hosts
[ "$kind" != docker-containerd ] || echo '{"features": {"containerd-snapshotter": true}}' >etc/docker/daemon.json
if [ "$kind" = podman ]; then
	# crun takes no mixture of cgroups v1 and v2. And without CAP_SYS_RESOURCE no limit can be raised, as Podman does.
	[ ! -d sys/fs/cgroup/unified ] || umount sys/fs/cgroup/unified
	limits="\"nofile=$(ulimit -Hn):$(ulimit -Hn)\""
	[ "$(ulimit -Hu)" = unlimited ] || limits+=", \"nproc=$(ulimit -Hu):$(ulimit -Hu)\""
	cat >etc/containers/containers.conf <<-X
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		[containers]
		default_ulimits = [$limits]
	X
fi
pivot_root . .old
umount --lazy /.old
cd /
if [ "$kind" = podman ]; then
	exec podman --root "$own/data" --runroot "$own/exec" system service --time=0 "unix://$own/run/docker.sock"
fi
more=()
if [ "$kind" = docker-remote ]; then
	address=$(ip -4 -o address show eth0 | awk '{ sub("/.*", "", $4); print $4 }')
	more=(--host "tcp://$address:2375" --tls=false)
fi
if [ "$kind" = docker-registry ]; then
	mkdir -p "$own/registry"
	cat >/etc/registry.yml <<-X
		version: 0.1
		storage: {filesystem: {rootdirectory: $own/registry}}
		http: {addr: "127.0.0.1:5000"}
	X
	docker-registry serve /etc/registry.yml >"$own/registry.log" 2>&1 &
	echo $! >"$own/registry.pid"
	more=(--registry-mirror http://127.0.0.1:5000)
fi
exec dockerd "${more[@]}" --data-root "$own/data" --exec-root "$own/exec" --pidfile "$own/run/pid" \
	--host "unix://$own/run/docker.sock"
