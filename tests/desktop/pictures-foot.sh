#!/bin/sh
# Tests images as sixels in a real foot on sway without a screen. sway refuses to run as root.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/screens.sh"
needs sway foot wtype grim convert base64

needs_ordinary_user
start_sway
own_environment
look() { grim "$work/screen.png"; }

# wtype creates a keyboard for each run, and the compositor needs some time before it accepts its first key.
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
