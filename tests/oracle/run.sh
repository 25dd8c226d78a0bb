#!/usr/bin/env bash
# Whether what is let through is the same when sensitive values are renamed. Called by `make oracle`; see oracle.py.
#
#   tests/oracle/run.sh [--seed 1] [--statements 10000] [--json] [--self-test] …
#
# FIRN_ORACLE_GATE names a gate that is built already.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=${FIRN_DEV_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/firn/dev}/oracle
[ -x "$venv/bin/python" ] || "$root/tests/provision.sh" oracle
if [ -z "${FIRN_ORACLE_GATE:-}" ]; then
  (cd "$root" && cargo build --locked --quiet --release --package access --example oracle)
  FIRN_ORACLE_GATE=${CARGO_TARGET_DIR:-$root/target}/release/examples/oracle
fi
exec env PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" "$here/oracle.py" --gate "$FIRN_ORACLE_GATE" "$@"
