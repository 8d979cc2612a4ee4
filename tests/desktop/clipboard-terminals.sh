#!/bin/sh
# Tests that the program copies to the clipboard of a real xterm with escape sequences: directly, inside tmux, inside
# GNU screen, over SSH on loopback, and over SSH from tmux and from screen. No process may own the text. tmux sets the
# primary selection of xterm instead of the clipboard.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/screens.sh"
needs Xvfb xterm xclip xdotool

TMUX_TMPDIR=$work
SCREENDIR=$work/screens
export TMUX_TMPDIR SCREENDIR
mkdir -m 700 "$SCREENDIR"
also_clean_up() {
    tmux -L "dropmail-desktop-$$" kill-server 2>/dev/null || true
    screen -S "dropmail-desktop-$$" -X quit >/dev/null 2>&1 || true
}

start_screen
pasted() { timeout 5 xclip -selection "$1" -o 2>/dev/null; }
has_code() { [ "$(pasted "$1")" = 482951 ]; }
# Types the keys repeatedly, because the program may not have started yet.
copies() {
    keys c
    sleep 0.3
    look; has_code "$selection"
}

# check WHERE SELECTION COMMAND...: runs the command in an xterm, types `c`, and checks that the code is in the
# selection. WHERE describes the command in messages.
check() {
    where=$1
    selection=$2
    shift 2
    for each in primary clipboard; do printf %s "from elsewhere" | xclip -selection "$each" -i; done
    in_terminal xterm -xrm 'XTerm*allowWindowOps: true' -geometry 100x30+0+0 -e env -u DISPLAY "$@"
    until_true "$where: the code is in the selection $selection" copies
    [ -z "$(of_this_home 'dropmail-tui clipboard-owner')" ] || fail "$where: a process owns the text"
    passed "$where: the code is in the selection $selection"
    end_terminal
    also_clean_up
}

check "xterm without a desktop" clipboard "$program" demo

if command -v tmux >/dev/null 2>&1; then
    check "tmux" primary tmux -L "dropmail-desktop-$$" -f /dev/null new-session "$program demo"
else
    echo "SKIPPED tmux: it is not installed"
fi
if command -v screen >/dev/null 2>&1; then
    check "GNU screen" clipboard screen -S "dropmail-desktop-$$" -c /dev/null "$program" demo
else
    echo "SKIPPED screen: it is not installed"
fi

server=$(command -v sshd || echo /usr/sbin/sshd)
if ! [ -x "$server" ] || ! command -v ssh >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "SKIPPED SSH: it requires ssh, sshd and root"
    exit 0
fi
ssh-keygen -q -t ed25519 -N '' -f "$work/key"
cp "$work/key.pub" "$work/authorized_keys"
mkdir -p /run/sshd
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$work/sshd_config" <<CONFIG
ListenAddress 127.0.0.1:$port
HostKey $work/key
AuthorizedKeysFile $work/authorized_keys
PermitRootLogin prohibit-password
StrictModes no
PidFile none
CONFIG
"$server" -D -f "$work/sshd_config" >"$work/sshd.log" 2>&1 &
started="$started $!"
cat >"$work/far" <<FAR
exec ssh -tt -q -p $port -i $work/key -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no 127.0.0.1 \
    env HOME=$work LANG=C.UTF-8 $program demo
FAR
listens() { ssh-keyscan -p "$port" 127.0.0.1; }
until_true "sshd listens" listens
check "SSH" clipboard sh "$work/far"
if command -v tmux >/dev/null 2>&1; then
    check "SSH from tmux with set-clipboard on" primary tmux -L "dropmail-desktop-$$" -f /dev/null \
        new-session "tmux set -s set-clipboard on; sh $work/far"
fi
if command -v screen >/dev/null 2>&1; then
    check "SSH from GNU screen" clipboard screen -S "dropmail-desktop-$$" -c /dev/null sh "$work/far"
fi
