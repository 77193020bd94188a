#!/bin/sh
# Runs spabench check as the inputs of the action say, which are in the environment. The job's summary gets the report.
set -eu

if [ -z "${SPABENCH_URL:-}" ] && [ -z "${SPABENCH_START:-}" ]; then
  echo "::error::give the input url, of a server that runs already, or start, the name of one in spabench.yaml"
  exit 2
fi

# The command is built from the sources that the action comes with, unless a test names one.
if [ -z "${SPABENCH:-}" ]; then
  SPABENCH="$RUNNER_TEMP/spabench"
  go -C "$GITHUB_ACTION_PATH/../../.." build -o "$SPABENCH" ./harness/cmd/spabench
fi

set -- check
if [ -n "${SPABENCH_URL:-}" ]; then set -- "$@" "$SPABENCH_URL"; fi
if [ -n "${SPABENCH_START:-}" ]; then set -- "$@" --start "$SPABENCH_START"; fi
if [ -n "${SPABENCH_PROJECT:-}" ]; then set -- "$@" --project "$SPABENCH_PROJECT"; fi
if [ -n "${SPABENCH_DIST:-}" ]; then set -- "$@" --dist "$SPABENCH_DIST"; fi
if [ -n "${SPABENCH_LEVEL:-}" ]; then set -- "$@" --level "$SPABENCH_LEVEL"; fi
if [ -n "${SPABENCH_ONLY:-}" ]; then set -- "$@" --only "$SPABENCH_ONLY"; fi
if [ -n "${SPABENCH_JUNIT:-}" ]; then set -- "$@" --junit "$SPABENCH_JUNIT"; fi
if [ -n "${SPABENCH_BADGE:-}" ]; then set -- "$@" --badge "$SPABENCH_BADGE"; fi
if [ -n "${SPABENCH_JSON:-}" ]; then set -- "$@" --json "$SPABENCH_JSON"; fi
while IFS= read -r line; do
  if [ -n "$line" ]; then set -- "$@" --waive "$line"; fi
done <<EOF
${SPABENCH_WAIVE:-}
EOF

code=0
"$SPABENCH" "$@" --markdown "$GITHUB_STEP_SUMMARY" || code=$?
case $code in
  0) echo "conforms=true" >>"$GITHUB_OUTPUT" ;;
  1) echo "conforms=false" >>"$GITHUB_OUTPUT" ;;
  *) echo "::error::the server could not be checked: see the output above" ;;
esac
exit "$code"
