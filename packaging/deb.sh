#!/bin/sh
# Makes the Debian package of this machine's architecture. It needs `cargo install cargo-deb`. deb.sh [PROFILE], by
# default `release`.
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
profile=${1:-release}
command -v cargo-deb > /dev/null || { echo "deb.sh needs cargo-deb: cargo install cargo-deb" >&2; exit 69; }
cargo build --locked --profile "$profile" >&2
case "$profile" in dev) folder=debug ;; *) folder=$profile ;; esac
packaging/prepare.sh "target/$folder/dropmail-tui" >&2
python3 packaging/licences.py > "$out/THIRD-PARTY.txt"
rm -f "$out"/dropmail-tui_*.deb
cargo deb --locked --no-build --profile "$profile" --quiet --output "$out/"
for package in "$out"/dropmail-tui_*.deb; do
  checksum "$package"
done
