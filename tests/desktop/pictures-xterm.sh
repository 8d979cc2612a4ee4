#!/bin/sh
# Tests images as sixels in a real xterm, which announces sixels in its device attributes but not in TERM.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/screens.sh"
needs Xvfb xterm xdotool import convert base64

start_screen
write_mail "$work/chart.eml"
in_terminal xterm -ti vt340 -geometry 100x40+0+0 -e "$program" open "$work/chart.eml"
check_picture 3
end_terminal

# Without sixels, the program draws the image as half blocks with the same aspect ratio.
in_terminal xterm -geometry 100x40+0+0 -e "$program" open "$work/chart.eml"
check_picture 8
