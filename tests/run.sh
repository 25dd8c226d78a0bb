#!/usr/bin/env bash
# Runs every test with a real Kafka and a real S3 server beside them, and stops both afterwards.
#
#   tests/run.sh             all: the whole-system tests, which mostly wait, and beside them whatever else there is
#   tests/run.sh ARGUMENTS   what `cargo test` makes of them
set -euo pipefail
cd "$(dirname "$0")/.."
: "${FIRN_DEV_DIR:?run this through make test}"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/firn-test.XXXXXX")
stop() {
  [ -z "${beside:-}" ] || kill "$beside" 2>/dev/null || true
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
cores=$(getconf _NPROCESSORS_ONLN)
export FIRN_S3_ACCESS_KEY=firn FIRN_S3_SECRET_KEY=firn-secret SNOWFLAKE_DISABLE_PLATFORM_DETECTION=true

# No crate has tests in its documentation, and looking for them reads every crate once more. Examples are none either: asked for as
# tests, they would not be built as the programs that tests start.
kinds=(--lib --bins --tests)
case " $* " in *" --test "*) kinds=() ;; esac
cargo test --workspace --locked --no-run ${kinds[@]+"${kinds[@]}"} --message-format json-render-diagnostics >"$scratch/built"
cargo build --workspace --locked --examples
# Much of what the whole-system tests take is waiting, for servers and for time to pass: one more is at work than there are cores.
if [ $# -gt 0 ]; then
  export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$((cores + 1))}
  cargo test --workspace --locked ${kinds[@]+"${kinds[@]}"} "$@"
  exit
fi

# What cargo built to be run, a line each: how far it stands back, its name, its folder, the program. What knows of time has the machine for
# itself; what only computes leaves the cores to whoever has something to do.
python3 - "$scratch/built" >"$scratch/programs" <<'PYTHON'
import json, os, sys

COMPUTES = {"access", "access-analysis", "archive", "detect", "display", "event", "history", "phones", "query", "replayer"}
found = []
for line in open(sys.argv[1], encoding="utf-8"):
    said = json.loads(line)
    if said.get("reason") == "compiler-artifact" and said["profile"]["test"] and said.get("executable"):
        folder = os.path.dirname(said["manifest_path"])
        crate, target = said["package_id"].split("#")[-1].split("@")[0], said["target"]["name"]
        # A crate is called as its folder where the id does not say otherwise.
        crate = os.path.basename(folder) if crate[:1].isdigit() else crate
        name = target if "test" not in said["target"]["kind"] else f"{crate}-{target}"
        found.append((19 if name in COMPUTES else 0, name, folder, said["executable"]))
missing = COMPUTES - {name for _, name, _, _ in found}
if missing:
    sys.exit(f"tests/run.sh: no test program is called {', '.join(sorted(missing))}")
for one in sorted(found):
    print(*one, sep="\t")
PYTHON

# Becomes the program, as cargo would run it: THREADS RANK FOLDER PROGRAM
become() {
  cd "$3"
  export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$1} CARGO_MANIFEST_DIR=$3
  CARGO=$(command -v cargo)
  export CARGO
  exec nice -n "$2" "$4"
}

# Those that stand back so far, one after the other; what each says goes whole into a file of its own, and the names of those that fail into
# another.
units() {
  local rank name folder program child=""
  trap '[ -z "$child" ] || kill "$child" 2>/dev/null; exit 1' TERM
  while IFS=$'\t' read -r rank name folder program; do
    [ "$name" != firn-it ] && [ "$rank" = "$1" ] || continue
    become "$cores" "$rank" "$folder" "$program" >"$scratch/said-$name" 2>&1 </dev/null & child=$!
    wait "$child" || echo "$name" >>"$scratch/failed"
  done <"$scratch/programs"
}

: >"$scratch/failed"
echo "the tests of each crate that know of time; all are told at the end"
units 0 & beside=$!
wait "$beside" || echo "what knows of time" >>"$scratch/failed"
units 19 & beside=$!
IFS=$'\t' read -r _ _ folder program < <(grep "$(printf '\tfirn-it\t')" "$scratch/programs")
echo "the whole-system tests ($program); those that only compute run beside them"
(become "$((cores + 1))" 0 "$folder" "$program") || echo firn-it >>"$scratch/failed"
wait "$beside" || echo "what ran beside them" >>"$scratch/failed"
beside=""

# Those that failed last, where they are seen.
for turn in passed failed; do
  while IFS=$'\t' read -r _ name _ program; do
    [ "$name" != firn-it ] || continue
    how=passed
    ! grep -qx "$name" "$scratch/failed" || how=failed
    [ "$how" = "$turn" ] || continue
    echo
    echo "$name ($program)"
    cat "$scratch/said-$name"
  done <"$scratch/programs"
done
if [ -s "$scratch/failed" ]; then
  echo "failed: $(paste -sd ' ' - <"$scratch/failed")" >&2
  exit 1
fi
