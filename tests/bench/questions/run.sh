#!/usr/bin/env bash
# What questions about recorded history cost, beside DuckDB over the same files, in one run. Called by `make history-bench`.
#
#   tests/bench/questions/run.sh [--statements N] [--folder DIR] [--runs N] [--auditors N] [--rounds N] [--ingest N] [--looks N]
#                                [--verify] [--unsealed] [--uncompacted]
#
# The archive is made in DIR if it is empty (a folder of its own, removed at the end, unless said) and used again if not.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
: "${FIRN_DEV_DIR:=$HOME/.cache/firn/dev}"
questions=${QUESTIONS:-${CARGO_TARGET_DIR:-$root/target}/release/examples/questions}
statements=20000 folder= making=() asking=()
while [ $# -gt 0 ]; do
  case $1 in
    --statements) statements=$2; shift 2;;
    --folder) folder=$2; shift 2;;
    --verify|--unsealed|--uncompacted) making+=("$1"); shift;;
    *) asking+=("$1" "$2"); shift 2;;
  esac
done
if [ -z "$folder" ]; then
  folder=$(mktemp -d "${TMPDIR:-/tmp}/firn-history.XXXXXX")
  trap 'rm -rf "$folder"' EXIT
fi
both=(--statements "$statements" --folder "$folder" --python "$FIRN_DEV_DIR/oracle/bin/python" --peer "$root/tests/bench/questions/peer.py")
# Two processes: what making the archive leaves in memory is none of the questions'.
"$questions" "${both[@]}" --make "${making[@]}"
"$questions" "${both[@]}" "${asking[@]}"
