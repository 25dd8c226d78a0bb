#!/usr/bin/env bash
# Builds the collector that `make export-bench` measures beside firn, and `make export-torture` sends to where it is there, into
# $FIRN_DEV_DIR/collector. Running it again does only what is missing; `--made` only says, by its exit status, whether something is.
set -euo pipefail
cd "$(dirname "$0")"
: "${FIRN_DEV_DIR:?run this through make export-bench}"
to=$FIRN_DEV_DIR/collector
made=$(cat main.go go.mod go.sum | cksum)
[ "$(cat "$to/.made-for" 2>/dev/null)" != "$made" ] || exit 0
[ "${1:-}" != --made ] || exit 1
command -v go >/dev/null || { echo "Go is missing (go.dev/dl): there is no collector to measure beside firn" >&2; exit 1; }
jobs=${FIRN_GO_JOBS:-$(nproc)}
echo "building an OpenTelemetry Collector into $to, $jobs packages at a time: some 850 of them, ten minutes of CPU where none was built before" >&2
mkdir -p "$to/bin"
# No registry has it built. What is measured is its work, so nothing of C, no symbols: less to compile and to link. What was compiled stays
# where the build is broken off.
CGO_ENABLED=0 nice go build -p "$jobs" -v -trimpath -ldflags '-s -w' -o "$to/bin/collector" . 2> >(
  count=0
  while IFS= read -r line; do
    count=$((count + 1))
    case $line in *" "*) echo "$line" ;; *) [ $((count % 50)) != 0 ] || echo "$count packages compiled" ;; esac
  done >&2
)
printf '%s' "$made" > "$to/.made-for"
