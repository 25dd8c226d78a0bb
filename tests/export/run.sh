#!/usr/bin/env bash
# Starts a Kafka for one of the programs beside it, and an S3 server for the torture, runs that, and stops all of them.
#
#   tests/export/run.sh torture|bench [ARGUMENTS]
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${FIRN_DEV_DIR:?run this through make export-torture or make export-bench}"
program=${1:?torture or bench}; shift
[ "$program" != bench ] || tests/export/collector/build.sh || echo "going on without a collector" >&2
# The torture does without where it was never built: that takes longer than a short torture.
if tests/export/collector/build.sh --made; then export FIRN_COLLECTOR=$FIRN_DEV_DIR/collector/bin/collector; fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/firn-export-kafka.XXXXXX")
servers=""
stop() {
  [ -z "$servers" ] || kill $servers 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$scratch"
}
trap stop EXIT
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free_port)
tests/kafka/start.sh "$scratch/kafka" "$port" >"$scratch/kafka.log" 2>&1 & servers="$servers $!"
if [ "$program" = torture ]; then
  s3=$(free_port)
  tests/s3/start.sh "$scratch/s3" "$s3" >"$scratch/s3.log" 2>&1 & servers="$servers $!"
  for _ in $(seq 900); do grep -q "s3 is ready" "$scratch/s3.log" && break; sleep 0.1; done
  grep -q "s3 is ready" "$scratch/s3.log" || { echo "SeaweedFS did not get ready:" >&2; cat "$scratch/s3.log" >&2; exit 1; }
  export FIRN_S3_ENDPOINT=http://127.0.0.1:$s3
fi
for _ in $(seq 900); do grep -q "kafka is ready" "$scratch/kafka.log" && break; sleep 0.1; done
grep -q "kafka is ready" "$scratch/kafka.log" || { echo "Kafka did not get ready:" >&2; cat "$scratch/kafka.log" >&2; exit 1; }
export FIRN_KAFKA=127.0.0.1:$port
python3 "tests/export/$program.py" "$@"
