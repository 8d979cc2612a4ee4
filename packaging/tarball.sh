#!/bin/sh
# Packs one static program with its manual page, completions and licences. tarball.sh [TARGET], by default
# x86_64-unknown-linux-musl, which needs `rustup target add` and musl-gcc (musl-tools in Debian).
# PROGRAM=FILE packs a program that was already built; MAKER=FILE names one of this machine for the manual page.
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
target=${1:-x86_64-unknown-linux-musl}
program=$(program_of "$target")
name=dropmail-tui-$version-$target
folder=$out/$name
rm -rf "$folder"
packaging/prepare.sh "${MAKER:-$program}" "$folder" >&2
python3 packaging/licences.py > "$folder/THIRD-PARTY.txt"
mkdir "$folder/completions"
mv "$folder/dropmail-tui.bash" "$folder/_dropmail-tui" "$folder/dropmail-tui.fish" "$folder/completions"
install -m 755 "$program" "$folder/dropmail-tui"
install -m 644 README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$folder"
# The same files give the same bytes: no names of users, no time of packing.
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" \
  -C "$out" -cf - "$name" | gzip -9n > "$out/$name.tar.gz"
rm -rf "$folder"
checksum "$out/$name.tar.gz"
