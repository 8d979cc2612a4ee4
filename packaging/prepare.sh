#!/bin/sh
# Generates the manual page and the shell completions for the packages. usage: prepare.sh [PROGRAM [FOLDER]]
# PROGRAM generates the files; the default is target/release/dropmail-tui. The script writes the files to FOLDER; the
# default is target/package.
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
