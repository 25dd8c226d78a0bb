#!/usr/bin/env bash
# Gateway overhead in one run: direct, bare pass-through, firn on the embedded journal, firn on Kafka. Called by `make bench`.
#
#   tests/bench/run.sh [SELECTS] [RESULTS]     how many of each; 1000 and 20 unless said
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
: "${FIRN_DEV_DIR:?run this through make bench}"
target=${CARGO_TARGET_DIR:-$root/target}
firn=${FIRN:-$target/release/firn}
overhead=${OVERHEAD:-$target/release/examples/overhead}
work=$(mktemp -d "${TMPDIR:-/tmp}/firn-bench.XXXXXX")
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

upstream=$(free_port); issuer=$(free_port); kafka=$(free_port)
export FIRN_SEALING_KEY=5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f FIRN_BENCH_PASSWORD=any
"$root/tests/kafka/start.sh" "$work/kafka" "$kafka" >"$work/kafka.log" 2>&1 &
pids+=($!)

# One development issuer key for both, so that one token opens either.
start() { # start NAME JOURNAL
  local port api; port=$(free_port); api=$(free_port)
  mkdir -p "$work/$1"
  [ ! -f "$work/embedded/development-issuer.pk8" ] || cp -n "$work/embedded/development-issuer.pk8" "$work/$1/" || true
  cat >"$work/$1.toml" <<CONFIG
data = "$work/$1"
[gateway]
listen = "127.0.0.1:$port"
sealing = [{ id = "bench", env = "FIRN_SEALING_KEY" }]
[gateway.connections.bench]
upstream = "http://127.0.0.1:$upstream"
account = "bench"
user = "bench"
auth = { password = { env = "FIRN_BENCH_PASSWORD" } }
$2
[masking]
key = { env = "FIRN_SEALING_KEY" }
[policy]
folder = "$root/tests/policy"
[query]
listen = "127.0.0.1:$api"
[development]
issuer = "127.0.0.1:$issuer"
CONFIG
  "$firn" up --config "$work/$1.toml" >"$work/$1.log" 2>&1 &
  pids+=($!)
  for _ in $(seq 300); do
    curl -fsS -o /dev/null --max-time 2 "http://127.0.0.1:$port/healthz" 2>/dev/null && { echo "http://127.0.0.1:$port"; return; }
    sleep 0.2
  done
  echo "firn did not get ready:" >&2; cat "$work/$1.log" >&2; exit 1
}

"$firn" --version
start embedded "" >"$work/embedded.url"
# The second one takes the first one's keys from its issuer; its own stays unbound.
issuer_of_first=$issuer; issuer=$(free_port)
for _ in $(seq 300); do grep -q "kafka is ready" "$work/kafka.log" && break; sleep 0.2; done
start kafka "[journal]
kind = \"kafka\"
brokers = \"127.0.0.1:$kafka\"
[oidc]
development = true
[[oidc.issuers]]
issuer = \"http://127.0.0.1:$issuer_of_first/firn-development\"
audiences = [\"firn\"]
algorithms = [\"ES256\"]" >"$work/kafka.url"
token=$("$firn" token --config "$work/embedded.toml" --as bench@agents)
"$overhead" "$upstream" "$token" "${1:-1000}" "${2:-20}" "embedded=$(cat "$work/embedded.url")" "kafka=$(cat "$work/kafka.url")"
