#!/usr/bin/env bash
# Runs every test with a real Kafka and a real S3 server beside them, and stops both afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${FIRN_DEV_DIR:?run this through make test}"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/firn-test.XXXXXX")
stop() {
  [ -z "${servers:-}" ] || kill $servers 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$scratch"
}
trap stop EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
