#!/bin/sh
# Builds the container image `dropmail-tui` from the static program. usage: container.sh [TARGET]
# The default target is x86_64-unknown-linux-musl. With PROGRAM=FILE the script uses that static program and builds
# none. ENGINE selects podman, buildah or docker; the default is the first of these that is installed.
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
target=${1:-x86_64-unknown-linux-musl}
engine=${ENGINE:-$(command -v podman || command -v buildah || command -v docker || true)}
[ -n "$engine" ] || { echo "container.sh requires podman, buildah or docker" >&2; exit 69; }
program=$(program_of "$target")
context=$out/container
rm -rf "$context"
mkdir -p "$context"
python3 packaging/licences.py > "$context/THIRD-PARTY.txt"
install -m 755 "$program" "$context/dropmail-tui"
cp LICENSE-MIT LICENSE-APACHE packaging/Containerfile "$context"
# Only images in the Docker format can contain a health check.
case "$engine" in
  *docker) set -- build ;;
  *) set -- build --format docker ;;
esac
"$engine" "$@" --quiet --tag dropmail-tui --tag "dropmail-tui:$version" --file "$context/Containerfile" "$context"
