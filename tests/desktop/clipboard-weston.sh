#!/bin/sh
# Tests the clipboard on a real Wayland compositor without data control: weston with a headless backend. The program
# copies the text to the clipboard of the terminal (OSC 52), reports that, and leaves no process running.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/in_tmux.sh"
. "$(dirname "$0")/clipboard.sh"
needs weston tmux bash

XDG_RUNTIME_DIR=$work/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
export XDG_RUNTIME_DIR
env -u DISPLAY -u WAYLAND_DISPLAY weston --backend=headless-backend.so --socket=wayland-test --idle-time=0 \
    >"$work/weston.log" 2>&1 &
server=$!
started="$started $server"
until_true "weston starts" test -S "$XDG_RUNTIME_DIR/wayland-test"
display_variables="WAYLAND_DISPLAY=wayland-test XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR DISPLAY="

# The tmux buffer represents the clipboard of the terminal.
buffer() { tmux -L "$tmux_server" show-buffer 2>/dev/null; }
is_in_buffer() { [ "$(buffer)" = "$1" ]; }

start_demo
tmux -L "$tmux_server" set-option -s set-clipboard on
keys c
wait_for "Copied the code 482951"
message=$(show | grep -o 'Copied the code.*' | head -n 1)
echo "        the message: $message"
case $message in
*tmux*) passed "the message names tmux, which receives the text" ;;
*) fail "the message is: $message" ;;
esac
until_true "the text is in the terminal's clipboard" is_in_buffer 482951
passed "the text is in the terminal's clipboard"
is "no process owns the clipboard" 0 "$(count_owners)"
keys q
wait_for "ended with 0"
close_terminal

start_demo --clipboard system
keys c
wait_for "Not copied"
echo "        with --clipboard system: $(show | grep -o 'Not copied.*' | head -n 1)"
passed "--clipboard system: the message says that nothing was copied"
is "no process owns the clipboard" 0 "$(count_owners)"
keys q
wait_for "ended with 0"
