#!/bin/sh
# Tests that a QR code reader (zbarimg) can read the address from the screen of a real xterm. The test uses a dark and a
# light background, with and without the colours of a theme.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/screens.sh"
needs Xvfb xterm xdotool import convert zbarimg

start_screen
is_read() {
    look
    zbarimg -q --raw "$work/screen.png" | grep -q '^[a-z]*@'
}
# Types the keys repeatedly, because the program may not have started yet.
opens_code() {
    keys h shift+q
    is_read || {
        keys Escape
        false
    }
}
for colours in "white black" "black white"; do
    set -- $colours
    for option in --theme=terminal --theme=mono --set=no_color=true --theme=paper --theme=midnight; do
        in_terminal xterm -fg "$1" -bg "$2" -geometry 100x40+0+0 -e "$program" demo "$option"
        until_true "zbarimg reads the code with $option, $1 on $2" opens_code
        passed "zbarimg reads the code with $option, $1 on $2"
        end_terminal
    done
done
