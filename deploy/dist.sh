#!/usr/bin/env bash
# Builds what is shipped, in dist/ or $FIRN_DIST:
#
#   firn-VERSION-TARGET.tar.gz         the stripped binary, man pages, completions, systemd unit, example configuration, policy
#   firn-VERSION-TARGET.debug.tar.gz   its debug symbols, for `gdb` and `addr2line`
#   SHA256SUMS
#
# $FIRN_BINARY packs a binary that is built already, $FIRN_DIST_LEVEL as tightly as gzip calls it (6). Works on Linux (binutils) and macOS (Xcode's tools).
set -euo pipefail
cd "$(dirname "$0")/.."

# What the stripped binary may weigh; more means that something came in that should not have.
MAX_BYTES=${FIRN_DIST_MAX_BYTES:-$((200 * 1024 * 1024))}

die() { echo "dist: $*" >&2; exit 1; }
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
target=$(rustc -vV | sed -n 's/^host: //p')
[ -n "$version" ] && [ -n "$target" ] || die "no version in Cargo.toml, or no rustc"
name=firn-$version-$target
dist=${FIRN_DIST:-dist}
mkdir -p "$dist"
dist=$(cd "$dist" && pwd)

if [ -n "${FIRN_BINARY:-}" ]; then
  built=$FIRN_BINARY
else
  # The page goes into the binary. Where there is no npm, somebody must have built it before.
  if command -v npm >/dev/null; then make --no-print-directory console >&2; fi
  [ -e console/built/index.html ] || die "the console is not built: install Node 20.19 or later, then \`make console\`"
  cargo build --release --locked --bin firn
  built=${CARGO_TARGET_DIR:-target}/release/firn
fi
[ -x "$built" ] || die "$built is not there"

tree=$dist/$name
symbols=$dist/$name.debug
rm -rf "$tree" "$symbols" "$tree.tar.gz" "$symbols.tar.gz"
mkdir -p "$tree/bin" "$tree/lib/systemd/system" "$tree/lib/sysusers.d" "$tree/share/doc/firn" "$symbols"

# --- the binary and its symbols -------------------------------------------------------------------------------------

cp "$built" "$tree/bin/firn"
chmod 755 "$tree/bin/firn"
case $(uname) in
  Linux)
    command -v objcopy >/dev/null || die "objcopy is missing: install binutils"
    objcopy --only-keep-debug --compress-debug-sections "$tree/bin/firn" "$symbols/firn.debug"
    chmod 644 "$symbols/firn.debug"
    # The link is a name and a checksum: gdb finds the file beside the binary or below /usr/lib/debug.
    objcopy --strip-all --add-gnu-debuglink="$symbols/firn.debug" "$tree/bin/firn"
    ;;
  Darwin)
    dsymutil "$built" -o "$symbols/firn.dSYM"
    strip "$tree/bin/firn"
    # Stripping breaks the signature, and arm64 runs nothing unsigned.
    codesign --force --sign - "$tree/bin/firn"
    ;;
  *) die "only Linux and macOS are known here" ;;
esac
bytes=$(($(wc -c < "$tree/bin/firn")))
[ "$bytes" -le "$MAX_BYTES" ] || die "the stripped binary has $bytes bytes, more than $MAX_BYTES"

# --- what belongs to it ---------------------------------------------------------------------------------------------

"$tree/bin/firn" manual "$tree/share"
cp deploy/systemd/firn@.service "$tree/lib/systemd/system/"
cp deploy/systemd/firn.conf "$tree/lib/sysusers.d/"
cp README.md CHANGELOG.md deploy/example.toml deploy/clients.md "$tree/share/doc/firn/"
cp -R deploy/policy deploy/catalog deploy/detections deploy/snowflake deploy/grafana "$tree/share/doc/firn/"

# --- archives -------------------------------------------------------------------------------------------------------

# The same input gives the same archive: GNU tar can leave out who packed it and when.
stamp=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
same=()
tar --version 2>/dev/null | grep -q GNU && same=(--sort=name --owner=0 --group=0 --numeric-owner "--mtime=@$stamp")
for packed in "$name" "$name.debug"; do
  tar -C "$dist" ${same[@]+"${same[@]}"} -cf - "$packed" | gzip -n "-${FIRN_DIST_LEVEL:-6}" > "$dist/$packed.tar.gz"
done
sum=(sha256sum)
command -v sha256sum >/dev/null || sum=(shasum -a 256)
(cd "$dist" && "${sum[@]}" "$name.tar.gz" "$name.debug.tar.gz" > SHA256SUMS)
echo "dist: $dist/$name.tar.gz, binary of $((bytes / 1024 / 1024)) MB; symbols in $name.debug.tar.gz"
