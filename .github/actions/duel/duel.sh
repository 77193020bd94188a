#!/bin/sh
# Runs spabench duel as the inputs of the action say, which are in the environment. The job's summary gets the page.
set -eu

if [ -z "${SPABENCH_BEFORE:-}" ]; then
  echo "::error::give the input before, the revision to compare with"
  exit 2
fi

# The command is built from the sources that the action comes with, unless a test names one. Its own checkout has the
# load generator and the baseline.
if [ -z "${SPABENCH:-}" ]; then
  SPABENCH="$RUNNER_TEMP/spabench"
  go -C "$GITHUB_ACTION_PATH/../../.." build -o "$SPABENCH" ./harness/cmd/spabench
  SPABENCH_CHECKOUT=$(cd "$GITHUB_ACTION_PATH/../../.." && pwd)
  export SPABENCH_CHECKOUT
fi

results=${SPABENCH_RESULTS:-spabench-duel}
set -- duel "$SPABENCH_BEFORE" "${SPABENCH_AFTER:-HEAD}" --out "$results"
if [ -n "${SPABENCH_SERVER:-}" ]; then set -- "$@" --server "$SPABENCH_SERVER"; fi
if [ -n "${SPABENCH_ROUNDS:-}" ]; then set -- "$@" --rounds "$SPABENCH_ROUNDS"; fi
if [ -n "${SPABENCH_FAIL_ON:-}" ]; then set -- "$@" --fail-on "$SPABENCH_FAIL_ON"; fi
if [ -n "${SPABENCH_GATE:-}" ]; then set -- "$@" --gate "$SPABENCH_GATE"; fi
if [ -n "${SPABENCH_JUNIT:-}" ]; then set -- "$@" --junit "$SPABENCH_JUNIT"; fi

code=0
"$SPABENCH" "$@" || code=$?
if [ -f "$results/README.md" ]; then cat "$results/README.md" >>"$GITHUB_STEP_SUMMARY"; fi
case $code in
  0) echo "verdict=same" >>"$GITHUB_OUTPUT" ;;
  1) echo "verdict=worse" >>"$GITHUB_OUTPUT" ;;
  *) echo "verdict=failed" >>"$GITHUB_OUTPUT"
     echo "::error::the two could not be compared: see the output above" ;;
esac
exit "$code"
