#!/usr/bin/env bash
# Asks DuckDB every question of these files and writes down what it says; then firn, which is held to that. Look at what changed.
# DuckDB comes from tests/provision.sh.
set -euo pipefail
cd "$(dirname "$0")/../../../.."
export FIRN_DEV_DIR=${FIRN_DEV_DIR:-$HOME/.cache/firn/dev} FIRN_WRITE_SLT=1
cargo test --locked -p query --lib -- answered_as_duckdb_answers
