# Functions that start real terminals on an X server without a desktop (Xvfb), send keys and take screenshots.

# own_environment: isolates the terminals from the desktop session of the user, and selects software rendering.
own_environment() {
    HOME=$work
    LANG=C.UTF-8
    LIBGL_ALWAYS_SOFTWARE=1
    export HOME LANG LIBGL_ALWAYS_SOFTWARE
    unset TMUX TMUX_PANE COLORTERM KITTY_WINDOW_ID 2>/dev/null || true
}

start_screen() {
    start_x_server
    own_environment
    XDG_RUNTIME_DIR=$work
    export XDG_RUNTIME_DIR
    unset WAYLAND_DISPLAY 2>/dev/null || true
}

# in_terminal COMMAND...: starts a terminal on the screen.
in_terminal() {
    "$@" >"$work/terminal.log" 2>&1 &
    terminal=$!
    started="$started $terminal"
    xdotool mousemove 300 300
}

end_terminal() {
    kill "$terminal" 2>/dev/null || true
    wait "$terminal" 2>/dev/null || true
    until_true "the window of the terminal is closed" has_no_window
}

has_no_window() { ! xdotool search --onlyvisible --name '.'; }

keys() { xdotool key --delay 20 "$@"; }

look() { import -window root "$work/screen.png"; }

# box COLOUR: prints the left and top position, the width and the height of the area with this colour. The colour is red
# or blue, the two colours of the test image.
box() {
    case $1 in
    red) colour='#e04030' ;;
    *) colour='#204060' ;;
    esac
    look
    convert "$work/screen.png" -fuzz 6% -fill black +opaque "$colour" \
        -bordercolor black -border 1 -trim -format '%X %Y %w %h' info: 2>/dev/null | tr -d +
}

width_of() { box "$1" | cut -d' ' -f3; }
height_of() { box "$1" | cut -d' ' -f4; }

shows_no() {
    look
    [ "$(convert "$work/screen.png" -fuzz 6% -fill black +opaque '#e04030' -format '%[fx:maxima]' info:)" = 0 ]
}
shows_picture() { ! shows_no red; }

# is_round PERCENT: checks that the height and the width of the disc differ by at most this percentage.
is_round() {
    wide=$(width_of red)
    high=$(height_of red)
    difference=$((100 * (wide > high ? wide - high : high - wide)))
    [ "$difference" -le $((wide * $1)) ] || fail "the disc is $wide x $high pixels"
    passed "the disc is round: $wide x $high pixels"
}

# write_mail FILE: writes a mail whose text contains an image of a red disc on blue.
write_mail() {
    convert -size 480x480 xc:'#204060' -fill '#e04030' -draw 'circle 240,240 240,20' "$work/disc.png"
    {
        printf 'From: Shop <shop@example.com>\r\nSubject: Chart\r\nMIME-Version: 1.0\r\n'
        printf 'Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n'
        printf '<p>Above the picture.</p><img src="cid:chart" alt="The chart">'
        for number in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
            printf '<p>Paragraph %s.</p>' "$number"
        done
        printf '\r\n--b\r\nContent-Type: image/png; name=chart.png\r\nContent-ID: <chart>\r\n'
        printf 'Content-Transfer-Encoding: base64\r\n\r\n'
        base64 "$work/disc.png"
        printf '\r\n--b--\r\n'
    } >"$1"
}

# check_picture PERCENT: checks that the image is drawn, keeps its shape, scrolls, disappears behind the help,
# reappears, and leaves nothing on the screen.
check_picture() {
    until_true "the picture is drawn" shows_picture
    passed "the picture is drawn"
    keys Return j j j j j j j j
    until_true "the whole picture is visible" test_whole
    is_round "$1"
    # No strip of the blue background of the disc may remain elsewhere.
    wide=$(width_of blue)
    high=$(height_of blue)
    [ "$high" -le $((wide + wide / 20 + 2)) ] || fail "strips remain: the blue area is $wide x $high pixels"
    passed "no strip remains after scrolling: $wide x $high pixels"
    keys question
    until_true "the help covers the picture" shows_no
    passed "the help covers the picture"
    keys Escape
    until_true "the picture reappears" shows_picture
    keys shift+g
    until_true "the picture is not shown at the end of the message" shows_no
    passed "the picture is not shown at the end of the message"
}

test_whole() {
    wide=$(width_of red)
    high=$(height_of red)
    [ "$wide" -gt 50 ] && [ "$((high * 100))" -gt "$((wide * 85))" ]
}
