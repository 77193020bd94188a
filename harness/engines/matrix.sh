#!/bin/bash
# Runs the harness on several engines, one after the other, and writes down what came of it.
set -euo pipefail
here=$(dirname "$(realpath "$0")")

usage() {
	cat <<'X'
matrix.sh [--dir DIR] [--only ENGINE,…] [--steps STEP,…] [--tests PATTERN] [--keep]

Raises each engine (engine.sh list names them), runs the steps on it, takes it down, and adds a line for each step to
runs.tsv, beside this script; table.sh prints the lines as a table. Steps:

  doctor   spabench doctor
  lab      the tests of package lab
  harness  go test ./harness: the conformance suite on the four variants
  bench    a quick bench of embedded-go
  image    spabench image embedded-go
  limits   a quick bench of embedded-go with --cpus 0.5 --memory 128m

The output of each step is in DIR/logs (default: /tmp/spabench-engines). --tests runs only tests whose names match, and
what is written down says so. --keep leaves the engines up. Exit code 1 if a step failed.
X
}

dir=/tmp/spabench-engines only='' steps=doctor,lab,harness,bench,image,limits tests='' keep=
while [ $# -gt 0 ]; do
	case $1 in
	--dir) dir=${2:?} && shift ;;
	--only) only=${2:?} && shift ;;
	--steps) steps=${2:?} && shift ;;
	--tests) tests=${2:?} && shift ;;
	--keep) keep=1 ;;
	--help | -h)
		usage
		exit
		;;
	*)
		echo "matrix.sh: there is no option '$1': --help lists them" >&2
		exit 2
		;;
	esac
	shift
done
[ -n "$only" ] || only=$("$here/engine.sh" list | cut -d: -f1 | paste -sd ,)
mkdir -p "$dir/logs"
cd "$here/../.."

# One program for all engines, built before there is an engine to wait for.
spabench=$dir/spabench
go build -o "$spabench" ./harness/cmd/spabench

on() { "$here/engine.sh" --dir "$dir" run "$engine" "$@"; }

# step NAME: runs one step on $engine. Its output goes to the terminal's place, a log.
step() {
	local out=$dir/$engine/out
	rm -rf "$out"
	case $1 in
	doctor) on "$spabench" doctor ;;
	lab) on go test -count=1 -timeout 80m -v -run "$tests" ./harness/internal/lab ;;
	harness) on go test -count=1 -timeout 80m -v -run "$tests" ./harness ;;
	bench) on "$spabench" bench --quick --only embedded-go --out "$out" ;;
	image) on "$spabench" image embedded-go ;;
	limits) on "$spabench" bench --quick --only embedded-go --cpus 0.5 --memory 128m --out "$out" ;;
	*)
		echo "matrix.sh: there is no step '$1': --help lists them"
		return 2
		;;
	esac
}

# counted LOG: how many tests there were, if the log is of tests.
counted() {
	local outcome count text=
	for outcome in PASS FAIL SKIP; do
		count=$(grep -c -- "^--- $outcome: " "$1" || true)
		[ "$count" = 0 ] || text+="${text:+, }$count ${outcome,,}"
	done
	echo "${text:--}"
}

engine='' failed=0
take_down() {
	[ -n "$keep" ] || [ -z "$engine" ] || "$here/engine.sh" --dir "$dir" down "$engine" || true
}
trap take_down EXIT
for engine in ${only//,/ }; do
	"$here/engine.sh" --dir "$dir" up "$engine"
	version=$(on docker version --format '{{.Server.Version}}')
	for name in ${steps//,/ }; do
		log=$dir/logs/$engine-$name.log outcome=pass
		[[ -z $tests || $name != @(lab|harness) ]] || outcome=part
		echo "$engine: $name" >&2
		began=$SECONDS
		step "$name" >"$log" 2>&1 || outcome=fail failed=1
		printf '%s\t' "$(date -u +%F)" "$engine" "$version" "$name" "$outcome" "$((SECONDS - began))" >>"$here/runs.tsv"
		counted "$log" >>"$here/runs.tsv"
	done
	take_down
done
engine=
"$here/table.sh"
exit $failed
