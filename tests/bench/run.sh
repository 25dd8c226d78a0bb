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

until_ready() { # until_ready WHAT URL LOG
  for _ in $(seq 300); do
    curl -fsS -o /dev/null --max-time 2 "$2" 2>/dev/null && return
    sleep 0.2
  done
  echo "$1 did not get ready:" >&2; cat "$3" >&2; exit 1
}

upstream=$(free_port); identity=$(free_port); kafka=$(free_port)
export FIRN_SEALING_KEY=5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f FIRN_UPSTREAM_PASSWORD=any
export FIRN_MASKING_KEY=$FIRN_SEALING_KEY
"$root/tests/kafka/start.sh" "$work/kafka" "$kafka" >"$work/kafka.log" 2>&1 &
pids+=($!)
(cd "$FIRN_DEV_DIR/node" && exec node "$root/tests/identity/provider.js" "$identity") >"$work/identity.log" 2>&1 &
pids+=($!)

start() { # start NAME JOURNAL: runs firn with tests/firn.toml filled in, leaves its address and process in $place
  local port; port=$(free_port)
  sed -e "s|@data@|$work/$1|" -e "s|@journal@|$2|" -e "s|@archive@|{ url = \"$work/$1/archive\" }|" \
    -e "s|@gateway_port@|$port|" -e "s|@upstream@|http://127.0.0.1:$upstream|" -e "s|@batch_age@|5s|" \
    -e "s|@api_port@|$(free_port)|" -e "s|@issuer@|http://127.0.0.1:$identity|" -e "s|@policy@|$root/tests/policy|" \
    -e "s|@root@|$root|g" "$root/tests/firn.toml" >"$work/$1.toml"
  "$firn" up --config "$work/$1.toml" >"$work/$1.log" 2>&1 &
  pids+=($!)
  place=http://127.0.0.1:$port,$!
  until_ready firn "http://127.0.0.1:$port/healthz" "$work/$1.log"
}

"$firn" --version
until_ready "the identity provider" "http://127.0.0.1:$identity/.well-known/openid-configuration" "$work/identity.log"
start embedded '{ kind = "embedded" }'; embedded=$place
for _ in $(seq 300); do grep -q "kafka is ready" "$work/kafka.log" && break; sleep 0.2; done
start kafka "{ kind = \"kafka\", brokers = \"127.0.0.1:$kafka\" }"
token() { # token SUBJECT
  curl -fsS "http://127.0.0.1:$identity/_test/token" -d "{\"sub\": \"$1\", \"groups\": [\"agents\"]}" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])'
}
# Several principals: what waits for people is bounded for each.
tokens=$(token bench-1)
for number in 2 3 4 5 6; do tokens=$tokens,$(token "bench-$number"); done
"$overhead" "$upstream" "$tokens" "${1:-1000}" "${2:-20}" "embedded=$embedded" "kafka=$place"
