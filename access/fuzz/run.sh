#!/usr/bin/env bash
# Gives masks and analysis arbitrary bytes. Called by `make fuzz`; needs cargo-fuzz (`cargo install cargo-fuzz`). Works on a stable toolchain.
#
#   FUZZ_SECONDS=600 access/fuzz/run.sh [TARGET...]     mask_json, mask_arrow and analysis unless said
set -euo pipefail
cd "$(dirname "$0")/.."
export RUSTC_BOOTSTRAP=1 # libFuzzer's instrumentation is an unstable option of a stable compiler
[ -e fuzz/Cargo.lock ] || cp ../Cargo.lock fuzz/
[ $# -gt 0 ] || set -- mask_json mask_arrow analysis
for target in "$@"; do
  cargo fuzz run --sanitizer none "$target" -- -max_total_time="${FUZZ_SECONDS:-600}" -rss_limit_mb=4096 -timeout=20 -print_final_stats=1
done
