#!/usr/bin/env bash
# Builds the collector that `make export-bench` measures beside firn, into $FIRN_DEV_DIR/collector. Running it again does only what is missing.
set -euo pipefail
cd "$(dirname "$0")"
: "${FIRN_DEV_DIR:?run this through make export-bench}"
command -v go >/dev/null || { echo "Go is missing (go.dev/dl): there is no collector to measure beside firn" >&2; exit 1; }
to=$FIRN_DEV_DIR/collector
made=$(cat main.go go.mod go.sum | cksum)
[ "$(cat "$to/.made-for" 2>/dev/null)" != "$made" ] || exit 0
echo "building an OpenTelemetry Collector into $to" >&2
mkdir -p "$to/bin"
nice go build -p 1 -trimpath -o "$to/bin/collector" .
printf '%s' "$made" > "$to/.made-for"
