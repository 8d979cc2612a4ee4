# Real terminals on a screen without a desktop (Xvfb), and pictures of that screen. Sourced by scripts.

# own_environment: nothing of the user's session is met, and no graphics card is needed.
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
    until_true "the terminal's window is gone" has_no_window
}

has_no_window() { ! xdotool search --onlyvisible --name '.'; }

keys() { xdotool key --delay 20 "$@"; }

look() { import -window root "$work/screen.png"; }

# box COLOUR: left, top, width and height of what has one of the two colours of the test's picture.
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

# is_round PERCENT: the disc of the picture is as high as it is wide.
is_round() {
    wide=$(width_of red)
    high=$(height_of red)
    difference=$((100 * (wide > high ? wide - high : high - wide)))
    [ "$difference" -le $((wide * $1)) ] || fail "the disc is $wide x $high pixels"
    passed "the disc is round: $wide x $high pixels"
}

# write_mail FILE: a mail with a red disc on blue among its words.
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

# check_picture PERCENT: it is drawn, keeps its shape, scrolls, is covered, comes again and goes, and nothing
# of it is left.
check_picture() {
    until_true "the picture is drawn" shows_picture
    passed "the picture is drawn"
    keys Return j j j j j j j j
    until_true "all of the picture is in sight" test_whole
    is_round "$1"
    # The blue ground around the disc: no strip of it is left elsewhere.
    wide=$(width_of blue)
    high=$(height_of blue)
    [ "$high" -le $((wide + wide / 20 + 2)) ] || fail "strips are left: the blue is $wide x $high pixels"
    passed "no strip is left after scrolling: $wide x $high pixels"
    keys question
    until_true "the help covers it" shows_no
    passed "the help covers it"
    keys Escape
    until_true "it comes again" shows_picture
    keys shift+g
    until_true "it is gone at the end of the message" shows_no
    passed "it is gone at the end of the message"
}

test_whole() {
    wide=$(width_of red)
    high=$(height_of red)
    [ "$wide" -gt 50 ] && [ "$((high * 100))" -gt "$((wide * 85))" ]
}
