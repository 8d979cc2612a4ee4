#!/bin/sh
# Builds the Python wheel, which contains the program. usage: wheel.sh [ARGUMENT]...
# The script passes the arguments to `maturin build`, for example `--target x86_64-unknown-linux-musl` or
# `--profile dev`. If maturin is not in PATH, the script installs maturin in a virtual environment.
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
maturin=$(command -v maturin || true)
if [ -z "$maturin" ]; then
  [ -x "$out/maturin/bin/maturin" ] || python3 -m venv "$out/maturin"
  "$out/maturin/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.7,<2' >&2
  maturin=$out/maturin/bin/maturin
fi
case " $* " in
  *" --profile "*) ;;
  *) set -- --release "$@" ;;
esac
rm -f "$out"/dropmail_tui-*.whl
# maturin reads pyproject.toml from its working directory.
wheels=$PWD/$out
maturin=$(realpath "$maturin")
(cd packaging/python && "$maturin" build --quiet --out "$wheels" "$@" >&2)
checksum "$(ls "$out"/dropmail_tui-*.whl)"
