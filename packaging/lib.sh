# shellcheck shell=sh disable=SC2034
# Shared by the scripts of this folder, which source this file. The working directory becomes the project.
set -eu
cd "$(dirname "$0")/.."
# Folder that receives every package; .gitignore covers it.
out=target/package
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
host=$(rustc -vV | sed -n 's/^host: //p')
mkdir -p "$out"

# Prints the program of a target, after it was built with the profile of packages. $PROGRAM replaces it.
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

# Writes the SHA-256 file of a package beside it, in the form that `sha256sum -c` reads.
checksum() {
  (cd "$(dirname "$1")" && sha256sum "$(basename "$1")" > "$(basename "$1").sha256")
  echo "$1"
}
