#!/bin/sh
# Tests images in a real kitty. The program places an image at the cursor before kitty 0.28, and at Unicode placeholders
# from kitty 0.28 on. Inside tmux without passthrough the program draws half blocks.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/screens.sh"
needs Xvfb kitty xdotool import convert base64

tmux_server="dropmail-desktop-$$"
TMUX_TMPDIR=$work
export TMUX_TMPDIR
also_clean_up() { tmux -L "$tmux_server" kill-server 2>/dev/null || true; }

start_screen
write_mail "$work/chart.eml"
kitty_window() {
    in_terminal kitty --config NONE -o update_check_interval=0 -o remember_window_size=no \
        -o initial_window_width=900 -o initial_window_height=650 "$@"
}
kitty --version
kitty_window "$program" open "$work/chart.eml"
if ! kill -0 "$terminal" 2>/dev/null; then
    echo "SKIPPED $(basename "$0"): kitty does not start: $(tail -n 1 "$work/terminal.log")"
    exit 0
fi
check_picture 3
end_terminal

if command -v tmux >/dev/null 2>&1; then
    kitty_window tmux -L "$tmux_server" -f /dev/null new-session "$program open $work/chart.eml"
    check_picture 8
else
    echo "SKIPPED tmux inside kitty: tmux is not installed"
fi
