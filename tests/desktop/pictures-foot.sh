#!/bin/sh
# Pictures as sixels in a real foot, on sway without a screen. sway does not start as root.
. "$(dirname "$0")/screens.sh"
needs sway foot wtype grim convert base64

XDG_RUNTIME_DIR=$work/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
HOME=$work
LANG=C.UTF-8
export XDG_RUNTIME_DIR HOME LANG
unset TMUX TMUX_PANE COLORTERM KITTY_WINDOW_ID 2>/dev/null || true
printf 'xwayland disable\noutput HEADLESS-1 resolution 1000x700\ndefault_border none\n' >"$work/sway.conf"
env -u DISPLAY WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1 WLR_RENDERER=pixman \
    sway -c "$work/sway.conf" >"$work/sway.log" 2>&1 &
server=$!
started=$server
tries=0
until ls "$XDG_RUNTIME_DIR"/wayland-*.lock >/dev/null 2>&1; do
    tries=$((tries + 1))
    if ! kill -0 "$server" 2>/dev/null || [ "$tries" -ge 100 ]; then
        echo "SKIPPED $(basename "$0"): sway does not start here: $(tail -n 1 "$work/sway.log")"
        exit 0
    fi
    sleep 0.1
done
WAYLAND_DISPLAY=$(basename "$XDG_RUNTIME_DIR"/wayland-*.lock .lock)
export WAYLAND_DISPLAY

look() { grim "$work/screen.png"; }

# The keyboard of wtype lives as long as its run: its first key needs a moment to be heard.
keys() {
    for key in "$@"; do
        case $key in
        Return | Escape) wtype -s 200 -k "$key" -s 200 ;;
        question) wtype -s 200 '?' -s 200 ;;
        shift+*) wtype -s 200 G -s 200 ;;
        *) wtype -s 200 "$key" -s 200 ;;
        esac
    done
}

write_mail "$work/chart.eml"
foot --config=/dev/null "$program" open "$work/chart.eml" >"$work/terminal.log" 2>&1 &
started="$started $!"
check_picture 3
