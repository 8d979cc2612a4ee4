#!/bin/sh
# The clipboard on a real Wayland compositor that offers data control: sway without a screen, and wl-paste.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/clipboard.sh"
needs sway wl-paste wl-copy tmux bash

XDG_RUNTIME_DIR=$work/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
export XDG_RUNTIME_DIR
echo "xwayland disable" >"$work/sway.conf"
env -u DISPLAY WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1 WLR_RENDERER=pixman \
    sway -c "$work/sway.conf" >"$work/sway.log" 2>&1 &
server=$!
started=$server
socket_is_there() { ls "$XDG_RUNTIME_DIR"/wayland-*.lock; }
tries=0
until socket_is_there >/dev/null 2>&1; do
    tries=$((tries + 1))
    if ! kill -0 "$server" 2>/dev/null || [ "$tries" -ge 200 ]; then
        echo "SKIPPED $(basename "$0"): sway does not start here: $(tail -n 1 "$work/sway.log")"
        exit 0
    fi
    sleep 0.05
done
WAYLAND_DISPLAY=$(basename "$XDG_RUNTIME_DIR"/wayland-*.lock .lock)
export WAYLAND_DISPLAY
unset DISPLAY
display_variables="WAYLAND_DISPLAY=$WAYLAND_DISPLAY XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR DISPLAY="

paste_text() { timeout 5 wl-paste --no-newline; }
copy_text() { printf %s "$1" | wl-copy; }

check_clipboard

kill "$server"
started=""
until_true "the owner ends when the compositor is gone" has_owners 0
passed "the owner ends when the compositor is gone"
