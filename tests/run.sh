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

kafka=$(free_port); kafka_secure=$(free_port); s3=$(free_port)
tests/kafka/start.sh "$scratch/kafka" "$kafka" "$kafka_secure" >"$scratch/kafka.log" 2>&1 & servers="$servers $!"
tests/s3/start.sh "$scratch/s3" "$s3" >"$scratch/s3.log" 2>&1 & servers="$servers $!"
for _ in $(seq 900); do
  grep -q "kafka is ready" "$scratch/kafka.log" && grep -q "s3 is ready" "$scratch/s3.log" && break
  sleep 0.1
done
grep -q "kafka is ready" "$scratch/kafka.log" || { echo "Kafka did not get ready:" >&2; cat "$scratch/kafka.log" >&2; exit 1; }
grep -q "s3 is ready" "$scratch/s3.log" || { echo "SeaweedFS did not get ready:" >&2; cat "$scratch/s3.log" >&2; exit 1; }
export FIRN_KAFKA=127.0.0.1:$kafka FIRN_KAFKA_SECURE=127.0.0.1:$kafka_secure FIRN_KAFKA_CA=$scratch/kafka/ca.pem
export FIRN_S3_ENDPOINT=http://127.0.0.1:$s3
# Much of what the tests take is waiting, for servers and for time to pass: one more is at work than there are cores.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$(($(getconf _NPROCESSORS_ONLN) + 1))}
export FIRN_S3_ACCESS_KEY=firn FIRN_S3_SECRET_KEY=firn-secret SNOWFLAKE_DISABLE_PLATFORM_DETECTION=true

# No crate has tests in its documentation, and looking for them reads every crate once more. Examples are none either: asked for as
# tests, they would not be built as the programs that tests start.
kinds=(--lib --bins --tests)
case " $* " in *" --test "*) kinds=() ;; esac
cargo test --workspace --locked --no-run ${kinds[@]+"${kinds[@]}"}
cargo build --workspace --locked --examples
cargo test --workspace --locked ${kinds[@]+"${kinds[@]}"} "$@"
