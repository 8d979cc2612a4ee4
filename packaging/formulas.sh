#!/bin/sh
# Writes the Homebrew formula and the PKGBUILD of a release to target/package. usage: formulas.sh HOME URL
# HOME is the address of the project, and URL is the address of the folder that contains the tarballs. The checksums
# are those of the tarballs in target/package. For a target without a tarball, the script prints a warning and writes
# a checksum of zeros.
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
home=${1:?the address of the project}
url=${2:?the address of the folder that contains the tarballs}
set -- -e "s|@VERSION@|$version|g" -e "s|@HOME@|$home|g" -e "s|@URL@|$url|g"
for target in x86_64-unknown-linux-musl aarch64-unknown-linux-musl aarch64-apple-darwin; do
  file=$out/dropmail-tui-$version-$target.tar.gz.sha256
  if [ -f "$file" ]; then
    sum=$(cut -d ' ' -f 1 "$file")
  else
    echo "formulas.sh: warning: $out contains no tarball for $target; the checksum is zero" >&2
    sum=$(printf '%064d' 0)
  fi
  set -- "$@" -e "s|@SHA256 $target@|$sum|g"
done
sed "$@" packaging/homebrew/dropmail-tui.rb.in > "$out/dropmail-tui.rb"
sed "$@" packaging/aur/PKGBUILD.in > "$out/PKGBUILD"
echo "$out/dropmail-tui.rb" "$out/PKGBUILD"
