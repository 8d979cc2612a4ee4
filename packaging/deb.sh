#!/bin/sh
# Builds the Debian package for the architecture of this machine. usage: deb.sh [PROFILE]
# The default profile is `release`. The script requires cargo-deb: `cargo install cargo-deb`.
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
profile=${1:-release}
command -v cargo-deb > /dev/null || { echo "deb.sh requires cargo-deb; install it with: cargo install cargo-deb" >&2; exit 69; }
cargo build --locked --profile "$profile" >&2
case "$profile" in dev) folder=debug ;; *) folder=$profile ;; esac
packaging/prepare.sh "target/$folder/dropmail-tui" >&2
python3 packaging/licences.py > "$out/THIRD-PARTY.txt"
rm -f "$out"/dropmail-tui_*.deb
cargo deb --locked --no-build --profile "$profile" --quiet --output "$out/"
for package in "$out"/dropmail-tui_*.deb; do
  checksum "$package"
done
