#!/usr/bin/env bash
# The demo: one agent session from sign-in to proof. Called by `make demo`; stops everything it started.
#
# With SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER and SNOWFLAKE_PASSWORD (or SNOWFLAKE_PRIVATE_KEY_FILE, or SNOWFLAKE_TOKEN) set, the
# statements go to that account, which needs the tables of seed.sql in database SHOP; else fakesnow stands in.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
firn=$(realpath "${FIRN:-$root/target/debug/firn}")
dev=${FIRN_DEV_DIR:?run this through make demo}
work=$(mktemp -d "${TMPDIR:-/tmp}/firn-demo.XXXXXX")
pids=()

stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
title() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
free_port() { "$dev/python4/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
until_ready() { # until_ready WHAT URL LOG
  for _ in $(seq 150); do
    curl -fsS -o /dev/null --max-time 2 "$2" 2>/dev/null && return 0
    sleep 0.2
  done
  echo "$1 did not get ready; it said:" >&2; cat "$3" >&2; exit 1
}

cd "$work"
if [ -n "${SNOWFLAKE_ACCOUNT:-}" ]; then
  title "Using the Snowflake account $SNOWFLAKE_ACCOUNT"
  upstream="https://$SNOWFLAKE_ACCOUNT.snowflakecomputing.com"
  user=${SNOWFLAKE_USER:?set SNOWFLAKE_USER}
  if [ -n "${SNOWFLAKE_PRIVATE_KEY_FILE:-}" ]; then auth="key_pair = { file = \"$SNOWFLAKE_PRIVATE_KEY_FILE\" }"
  elif [ -n "${SNOWFLAKE_TOKEN:-}" ]; then auth='pat = { env = "SNOWFLAKE_TOKEN" }'
  else : "${SNOWFLAKE_PASSWORD:?set SNOWFLAKE_PASSWORD, SNOWFLAKE_PRIVATE_KEY_FILE or SNOWFLAKE_TOKEN}"; auth='password = { env = "SNOWFLAKE_PASSWORD" }'
  fi
  account=$SNOWFLAKE_ACCOUNT
else
  title "Starting fakesnow in place of Snowflake"
  port=$(free_port)
  "$dev/fakesnow/bin/fakesnow" -s -p "$port" >fakesnow.log 2>&1 &
  pids+=($!)
  upstream="http://127.0.0.1:$port"
  user=firn; account=fakesnow; auth='password = { env = "FAKESNOW_PASSWORD" }'
  export FAKESNOW_PASSWORD=fakesnow-takes-any
  until_ready fakesnow "$upstream/monitoring/queries/x" fakesnow.log || true
  "$dev/python4/bin/python" "$here/seed.py" "$port" "$here/seed.sql"
fi
