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
signs_in() { # as a browser does: what the last lines promise is tried before
  local form back
  form=$(curl -fsS --max-time 5 -c cookies -o /dev/null -w '%{redirect_url}' "http://127.0.0.1:$api/auth/login?to=%2F") &&
    back=$(curl -fsS --max-time 5 -o /dev/null -w '%{redirect_url}' --data-urlencode 'as=olga@data-oncall,auditors' "$form") &&
    curl -fsS --max-time 5 -b cookies -c cookies -o /dev/null "$back" &&
    curl -fsS --max-time 5 -b cookies -o me.json "http://127.0.0.1:$api/api/me"
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
  for _ in $(seq 150); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.2; done
  "$dev/python4/bin/python" "$here/seed.py" "$port" "$here/seed.sql"
fi

gateway=$(free_port); api=$(free_port); issuer=$(free_port)
FIRN_SEALING_KEY=$("$dev/python4/bin/python" -c 'import secrets; print(secrets.token_hex(32))')
export FIRN_SEALING_KEY
cat >firn.toml <<CONFIG
data = "data"
[gateway]
listen = "127.0.0.1:$gateway"
sealing = [{ id = "demo", env = "FIRN_SEALING_KEY" }]
[gateway.connections.demo]
upstream = "$upstream"
account = "$account"
user = "$user"
auth = { $auth }
[policy]
folder = "$root/deploy/policy"
catalog = ["$root/deploy/catalog/shop.sql"]
[recorder]
max_batch_age = "1s"
[query]
listen = "127.0.0.1:$api"
[development]
issuer = "127.0.0.1:$issuer"
[[export.sink]]
name = "siem"
items = ["statements"]
to.file.folder = "exported"
CONFIG

title "Starting firn: gateway, recorder and query in one process, journal and archive in a folder"
"$firn" up >firn.log 2>&1 &
pids+=($!)
until_ready firn "http://127.0.0.1:$gateway/healthz" firn.log
echo "gateway at 127.0.0.1:$gateway, policy deploy/policy, record in $work/data"

title "An agent at work (deploy/demo/agent.py, the unmodified Python connector)"
token=$("$firn" token --as agent-7@agents --agent refunds-bot --on-behalf-of ana@example.com)
FIRN_HOST=127.0.0.1 FIRN_PORT=$gateway FIRN_TOKEN=$token SNOWFLAKE_DISABLE_PLATFORM_DETECTION=true \
  "$dev/python4/bin/python" -W ignore "$here/agent.py" &
agent=$!
pids+=($agent)

held=""
for _ in $(seq 300); do
  held=$("$firn" approvals --as olga@data-oncall list --json 2>/dev/null | "$dev/python4/bin/python" -c 'import json, sys; lines = sys.stdin.read().splitlines(); print(json.loads(lines[0])["statement_id"] if lines else "")')
  [ -z "$held" ] || break
  kill -0 "$agent" 2>/dev/null || break
  sleep 0.2
done
[ -n "$held" ] || { echo "nothing was held; firn said:" >&2; cat firn.log >&2; exit 1; }
echo
echo "  olga> firn approvals list"
"$firn" approvals --as olga@data-oncall list | sed 's/^/    /'
echo "  olga> firn approvals grant ${held:0:8} --note 'refund of ticket 4711'"
"$firn" approvals --as olga@data-oncall grant "$held" --note 'refund of ticket 4711' | sed 's/^/    /'
wait "$agent"

title "The sessions: firn sessions"
"$firn" sessions
session=$("$firn" sessions --json | "$dev/python4/bin/python" -c 'import json, sys; print(json.loads(sys.stdin.readline())["session_id"])')

title "The replay: firn replay $session"
"$firn" replay "$session" | cat

title "A question in SQL: who saw what, and who let it"
sql="select time, principal, verdict, approvers, rows, masked_cells, text from statements order by time"
echo "firn sql \"$sql\""
"$firn" sql "$sql"

title "What a SIEM gets: one item a statement, here as lines in a folder (firn export status)"
for _ in $(seq 60); do
  [ "$(cat exported/*.jsonl 2>/dev/null | wc -l)" -gt 0 ] && break
  sleep 0.2
done
"$firn" export status
tail -qn 1 exported/*.jsonl | cut -c 1-400

title "The proof: firn verify"
"$firn" verify

title "Done"
echo "the record is in $work/data until you stop the demo"
if curl -fsS --max-time 5 -o page.html "http://127.0.0.1:$api/" && grep -q 'id="app"' page.html; then
  echo "console: http://127.0.0.1:$api/   sign in as olga, who answers approvals and reads the record"
  signs_in || echo "  (signing in was tried, and failed: see $work/firn.log)" >&2
else
  echo "the console is not in this binary: with Node 20.19 or later, \`make console\`, then \`make demo\` again"
fi
if [ "${CI:-}" = true ] || [ ! -t 0 ]; then exit 0; fi
echo "to ask more, in another terminal:"
echo "  cd $work && $firn sql 'select * from accesses'"
read -r -p "press Enter to stop the demo and remove its folder " _
