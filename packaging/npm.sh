#!/bin/sh
# Builds the npm packages: one for each platform, which contains the program, and the package `dropmail-tui`. That
# package lists the others as optional dependencies, so that npm installs only the one for the user's platform.
# usage: npm.sh [PLATFORM=PROGRAM]...
# An argument is, for example, `linux-x64=target/x86_64-unknown-linux-musl/release/dropmail-tui`. Without arguments
# the script builds the program for this machine and packs it.
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
if [ $# -eq 0 ]; then
  # shellcheck disable=SC2016
  platform=$(node -p '`${process.platform}-${process.arch}`')
  set -- "$platform=$(program_of "$host")"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f "$out"/dropmail-tui-*.tgz
optional=
for pair in "$@"; do
  platform=${pair%%=*}
  mkdir -p "$work/$platform/bin"
  install -m 755 "${pair#*=}" "$work/$platform/bin/dropmail-tui"
  cp LICENSE-MIT LICENSE-APACHE "$work/$platform"
  cat > "$work/$platform/package.json" <<JSON
{
  "name": "@dropmail-tui/$platform",
  "version": "$version",
  "description": "The program dropmail-tui for $platform",
  "license": "MIT OR Apache-2.0",
  "os": ["${platform%-*}"],
  "cpu": ["${platform#*-}"],
  "files": ["bin", "LICENSE-*"]
}
JSON
  optional="$optional${optional:+,}
    \"@dropmail-tui/$platform\": \"$version\""
  npm pack --silent --pack-destination "$out" "$work/$platform" >&2
done
mkdir "$work/main"
cp packaging/npm/dropmail-tui.js packaging/npm/README.md LICENSE-MIT LICENSE-APACHE "$work/main"
cat > "$work/main/package.json" <<JSON
{
  "name": "dropmail-tui",
  "version": "$version",
  "description": "The terminal mailbox for DropMail.me's disposable mail, with a local server and an MCP server",
  "keywords": ["email", "tui", "disposable", "otp", "mcp"],
  "license": "MIT OR Apache-2.0",
  "bin": {"dropmail-tui": "dropmail-tui.js"},
  "engines": {"node": ">=16"},
  "files": ["dropmail-tui.js", "README.md", "LICENSE-*"],
  "optionalDependencies": {$optional
  }
}
JSON
npm pack --silent --pack-destination "$out" "$work/main" >&2
for package in "$out"/dropmail-tui-*.tgz; do
  checksum "$package"
done
