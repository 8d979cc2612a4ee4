#!/bin/sh
# Pictures as sixels in a real xterm, whose device attributes announce them while TERM does not.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/screens.sh"
needs Xvfb xterm xdotool import convert base64

start_screen
write_mail "$work/chart.eml"
in_terminal xterm -ti vt340 -geometry 100x40+0+0 -e "$program" open "$work/chart.eml"
check_picture 3
end_terminal

# Without sixels it is half blocks, which have the shape too.
in_terminal xterm -geometry 100x40+0+0 -e "$program" open "$work/chart.eml"
check_picture 8
