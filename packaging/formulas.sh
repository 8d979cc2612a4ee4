#!/bin/sh
# Writes the Homebrew formula and the PKGBUILD of a release into target/package, with the checksums of the tarballs
# there. formulas.sh HOME URL: the address of the project, and the address of the folder that holds the tarballs.
# A target without a tarball gets a checksum of zeros and a warning.
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
home=${1:?the address of the project}
url=${2:?the address of the folder that holds the tarballs}
set -- -e "s|@VERSION@|$version|g" -e "s|@HOME@|$home|g" -e "s|@URL@|$url|g"
for target in x86_64-unknown-linux-musl aarch64-unknown-linux-musl aarch64-apple-darwin; do
  file=$out/dropmail-tui-$version-$target.tar.gz.sha256
  if [ -f "$file" ]; then
    sum=$(cut -d ' ' -f 1 "$file")
  else
    echo "formulas.sh: no tarball for $target" >&2
    sum=$(printf '%064d' 0)
  fi
  set -- "$@" -e "s|@SHA256 $target@|$sum|g"
done
sed "$@" packaging/homebrew/dropmail-tui.rb.in > "$out/dropmail-tui.rb"
sed "$@" packaging/aur/PKGBUILD.in > "$out/PKGBUILD"
echo "$out/dropmail-tui.rb" "$out/PKGBUILD"
