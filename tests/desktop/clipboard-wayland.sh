#!/bin/sh
# Tests the clipboard with wl-paste on a real Wayland compositor with data control: sway with a headless output.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/in_tmux.sh"
. "$(dirname "$0")/clipboard.sh"
needs sway wl-paste wl-copy tmux bash

needs_ordinary_user
start_sway
display_variables="WAYLAND_DISPLAY=$WAYLAND_DISPLAY XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR DISPLAY="

paste_text() { timeout 5 wl-paste --no-newline; }
copy_text() { printf %s "$1" | wl-copy; }

check_clipboard

kill "$server"
started=""
until_true "the owner exits when the compositor exits" has_owners 0
passed "the owner exits when the compositor exits"
