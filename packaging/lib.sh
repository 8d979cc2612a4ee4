# shellcheck shell=sh disable=SC2034
# Functions and variables for the scripts of this folder, which source this file. This file changes the working
# directory to the root of the project.
set -eu
cd "$(dirname "$0")/.."
# Folder to which the scripts write the packages. Git ignores this folder.
out=target/package
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
host=$(rustc -vV | sed -n 's/^host: //p')
mkdir -p "$out"

# program_of TARGET: builds the program for the target with the profile `release`, and prints its path. If $PROGRAM is
# set, the function prints $PROGRAM and builds nothing.
program_of() {
  if [ -n "${PROGRAM:-}" ]; then
    echo "$PROGRAM"
  elif [ "$1" = "$host" ]; then
    cargo build --locked --release >&2
    echo target/release/dropmail-tui
  else
    cargo build --locked --release --target "$1" >&2
    echo "target/$1/release/dropmail-tui"
  fi
}

# checksum FILE: writes the SHA-256 checksum of a package to FILE.sha256, in the format of `sha256sum -c`, and prints
# FILE.
checksum() {
  (cd "$(dirname "$1")" && sha256sum "$(basename "$1")" > "$(basename "$1").sha256")
  echo "$1"
}
