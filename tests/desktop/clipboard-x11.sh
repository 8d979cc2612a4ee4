#!/bin/sh
# The clipboard on a real X server: Xvfb and xclip.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/clipboard.sh"
needs Xvfb xclip tmux bash

Xvfb -displayfd 3 -screen 0 800x600x24 -nolisten tcp 3>"$work/display" 2>/dev/null &
server=$!
started=$server
until_true "the X server starts" test -s "$work/display"
DISPLAY=":$(cat "$work/display")"
export DISPLAY
display_variables="DISPLAY=$DISPLAY WAYLAND_DISPLAY="

paste_text() { timeout 5 xclip -selection clipboard -o; }
copy_text() { printf %s "$1" | xclip -selection clipboard -i; }

check_clipboard

kill "$server"
started=""
until_true "the owner ends when the X server is gone" has_owners 0
passed "the owner ends when the X server is gone"
