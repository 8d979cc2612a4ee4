#!/bin/sh
# Compares the terminal modes (DECRQM) that a real xterm and a real kitty report before the program starts and after it
# has ended. The program ends by quit, by Ctrl-C, by SIGTERM, or by SIGKILL followed by another run.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/screens.sh"
needs Xvfb xterm xdotool python3 stty

start_screen
cat >"$work/modes.py" <<'EOF_MODES'
import os, re, sys, termios, tty

def asked(query, end):
    os.write(1, query)
    got = b""
    while not re.search(end, got):
        got += os.read(0, 1024)
    return got

before = termios.tcgetattr(0)
tty.setraw(0)
try:
    query = b"".join(b"\x1b[?%d$p" % mode for mode in (1, 25, 47, 1000, 1002, 1003, 1004, 1006, 1049, 2004, 2026))
    # Queries kitty's keyboard protocol, then the device attributes, to which every terminal replies.
    got = asked(query + b"\x1b[?u\x1b[c", rb"\x1b\[\?[0-9;]*c")
    # The alternate screen has a separate keyboard protocol state.
    alternate = asked(b"\x1b[?1049h\x1b[?u\x1b[?1049l\x1b[c", rb"\x1b\[\?[0-9;]*c")
finally:
    termios.tcsetattr(0, termios.TCSADRAIN, before)
with open(sys.argv[1], "w") as file:
    for mode, value in re.findall(rb"\x1b\[\?(\d+);(\d)\$y", got):
        file.write(f"{mode.decode()}={value.decode()} ")
    for flags in re.findall(rb"\x1b\[\?(\d+)u", got):
        file.write(f"keyboard={flags.decode()} ")
    for flags in re.findall(rb"\x1b\[\?(\d+)u", alternate):
        file.write(f"keyboard of the alternate screen={flags.decode()}")
EOF_MODES
cat >"$work/steps" <<STEPS
stty -a >$work/line-before
python3 $work/modes.py $work/before
: >$work/ready
$program demo 2>$work/errors
stty -a >$work/line-after
if [ -e $work/again ]; then
    $program demo 2>>$work/errors
    stty -a >$work/line-after
fi
stty sane
python3 $work/modes.py $work/after.new
mv $work/after.new $work/after
STEPS

is_running() { [ -n "$(mailbox)" ] && [ -e "$work/ready" ]; }
runs_again() { [ -n "$(mailbox)" ] && [ "$(mailbox)" != "$killed" ]; }
# The window title shows the number of unread mails once all mails have arrived.
has_mail() { xdotool search --name 'dropmail' && sleep 0.5; }

check() {
    name=$1
    shift
    for way in quit ctrl-c TERM KILL; do
        rm -f "$work/ready" "$work/before" "$work/after" "$work/again"
        in_terminal "$@" sh "$work/steps"
        until_true "the mailbox runs in $name" is_running
        until_true "the mailbox shows its title in $name" has_mail
        case $way in
        quit) keys q ;;
        ctrl-c) keys ctrl+c ;;
        TERM) kill -s "$way" "$(mailbox)" ;;
        KILL)
            # A program cannot handle this signal. The next run restores the terminal.
            : >"$work/again"
            killed=$(mailbox)
            kill -s "$way" "$killed"
            until_true "the mailbox runs again in $name" runs_again
            sleep 2
            keys q
            ;;
        esac
        until_true "$name, $way: the program has ended" test -s "$work/after"
        is "$name, $way: the terminal modes are unchanged" "$(cat "$work/before")" "$(cat "$work/after")"
        is "$name, $way: the line modes are unchanged" \
            "$(cat "$work/line-before")" "$(cat "$work/line-after")"
        end_terminal
    done
}

check xterm xterm -geometry 100x40+0+0 -e
if command -v kitty >/dev/null 2>&1; then
    check kitty kitty --config NONE -o update_check_interval=0 -o remember_window_size=no
else
    echo "SKIPPED kitty: it is not installed"
fi
