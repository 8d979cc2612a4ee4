#!/bin/sh
# Makes the npm packages: one with the program for each platform, and `dropmail-tui`, which depends on them
# optionally, so that npm installs the one that fits. npm.sh [PLATFORM=PROGRAM]..., such as
# `linux-x64=target/x86_64-unknown-linux-musl/release/dropmail-tui`; by default the program of this machine.
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
