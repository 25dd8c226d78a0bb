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
servers=""
trap stop EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

kafka=$(free_port); s3=$(free_port)
tests/kafka/start.sh "$scratch/kafka" "$kafka" >"$scratch/kafka.log" 2>&1 & servers="$servers $!"
tests/s3/start.sh "$scratch/s3" "$s3" >"$scratch/s3.log" 2>&1 & servers="$servers $!"
