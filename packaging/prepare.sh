#!/bin/sh
# Lets the program make what a package contains beside it: the manual page and the completions.
# prepare.sh [PROGRAM [FOLDER]], by default target/release/dropmail-tui and target/package.
set -eu
cd "$(dirname "$0")/.."
program=${1:-target/release/dropmail-tui}
folder=${2:-target/package}
mkdir -p "$folder"
"$program" man > "$folder/dropmail-tui.1"
"$program" completions bash > "$folder/dropmail-tui.bash"
"$program" completions zsh > "$folder/_dropmail-tui"
"$program" completions fish > "$folder/dropmail-tui.fish"
ls "$folder"
