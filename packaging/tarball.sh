#!/bin/sh
# Builds a tarball of the program with its manual page, completions and licences. usage: tarball.sh [TARGET]
# The default target is x86_64-unknown-linux-musl, which requires `rustup target add x86_64-unknown-linux-musl` and
# musl-gcc (package musl-tools in Debian).
# With PROGRAM=FILE the script packs that program and builds none. If this machine cannot run the program, set
# MAKER=FILE to a program that can run here and generates the manual page and the completions.
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
# The tarball contains no user names and no build time, so that the same files result in the same tarball.
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" \
  -C "$out" -cf - "$name" | gzip -9n > "$out/$name.tar.gz"
rm -rf "$folder"
checksum "$out/$name.tar.gz"
