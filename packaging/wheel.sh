#!/bin/sh
# Makes the Python wheel, which contains the program. wheel.sh [ARGUMENTS OF maturin build], such as
# `--target x86_64-unknown-linux-musl` or `--profile dev`. Without maturin on the path, the script installs it
# into a virtual environment.
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
# maturin looks for pyproject.toml in its working directory.
wheels=$PWD/$out
maturin=$(realpath "$maturin")
(cd packaging/python && "$maturin" build --quiet --out "$wheels" "$@" >&2)
checksum "$(ls "$out"/dropmail_tui-*.whl)"
