#!/usr/bin/env bash
# What questions about recorded history cost, beside DuckDB over the same files, in one run. Called by `make history-bench`.
#
#   tests/bench/questions.sh [--statements N] [--folder DIR] [--runs N] [--verify] [--unsealed] [--uncompacted]
#
# The archive is made in DIR if it is empty (a folder of its own, removed at the end, unless said) and used again if not.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
: "${FIRN_DEV_DIR:=$HOME/.cache/firn/dev}"
questions=${QUESTIONS:-${CARGO_TARGET_DIR:-$root/target}/release/examples/questions}
statements=20000 folder= rest=()
while [ $# -gt 0 ]; do
  case $1 in
    --statements) statements=$2; shift 2;;
    --folder) folder=$2; shift 2;;
    *) rest+=("$1"); shift;;
  esac
done
if [ -z "$folder" ]; then
  folder=$(mktemp -d "${TMPDIR:-/tmp}/firn-history.XXXXXX")
  trap 'rm -rf "$folder"' EXIT
fi
"$questions" --statements "$statements" --folder "$folder" --python "$FIRN_DEV_DIR/oracle/bin/python" \
  --peer "$root/tests/bench/questions.py" "${rest[@]}"
