#!/bin/sh
# Tests the clipboard with xclip on a real X server (Xvfb).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/in_tmux.sh"
. "$(dirname "$0")/clipboard.sh"
needs Xvfb xclip tmux bash

start_x_server
display_variables="DISPLAY=$DISPLAY WAYLAND_DISPLAY="

paste_text() { timeout 5 xclip -selection clipboard -o; }
copy_text() { printf %s "$1" | xclip -selection clipboard -i; }

check_clipboard

kill "$server"
started=""
until_true "the owner exits when the X server exits" has_owners 0
passed "the owner exits when the X server exits"
