#!/bin/sh
# Tests a keyring that does not reply (a stopped gnome-keyring). The first frame appears within 100 ms, and the program
# stores no secret in plain text. A key continues without the keyring, and the program uses a late reply.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/in_tmux.sh"
. "$(dirname "$0")/in_keyring.sh"

# A stopped process handles SIGKILL but not SIGTERM.
keyrings=""
also_clean_up() {
    tmux -L "$tmux_server" kill-server 2>/dev/null || true
    for id in $keyrings; do kill -KILL "$id" 2>/dev/null || true; done
}

# first_frame: prints the time in milliseconds from the start of the program to its first frame, the best of five.
first_frame() {
    python3 - "$program" <<'PYTHON'
import fcntl, os, pty, signal, struct, sys, termios, time

def once():
    begin = time.monotonic()
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8")
        os.environ.pop("TMUX", None)
        os.execv(sys.argv[1], sys.argv[1:])
    seen = b""
    while b"Addresses" not in seen:
        seen += os.read(terminal, 65536)
    taken = time.monotonic() - begin
    os.kill(child, signal.SIGTERM)
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass
    os.waitpid(child, 0)
    return taken

print(round(1000 * min(once() for _ in range(5))))
PYTHON
}

start_keyring
keyrings=$(of_this_home gnome-keyring-daemon)
[ -n "$keyrings" ] || fail "the keyring does not run"
kill -STOP $keyrings
taken=$(first_frame)
[ "$taken" -lt 100 ] || fail "the first frame took $taken ms"
passed "the first frame appears after $taken ms"

# plain: prints how many tokens the files of the data directory contain in plain text.
plain() { cat "$DROPMAIL_DATA_DIR"/* 2>/dev/null | LC_ALL=C grep -a -c 'af_[0-9A-Za-z]' || true; }

"$program" config show >"$work/out"
grep -q "it does not answer, so none is read or stored" "$work/out" ||
    fail "config show says: $(grep secrets "$work/out")"
passed "config show says that the keyring does not answer"
if "$program" new >"$work/out" 2>&1; then fail "new: the command did not fail"; fi
grep -q "the keyring does not answer" "$work/out" || fail "new says: $(cat "$work/out")"
passed "new says that the keyring does not answer"
open "$program"
wait_for "The keyring does not answer"
keys n
wait_for "Waiting for mail to"
is "no token is readable on the disk" 0 "$(plain)"
keys q
wait_for "ended with 0"
close_terminal

open "$program sessions"
wait_for "the keyring does not answer; waiting for it"
keys C-c
wait_for "ended with 130"
passed "a command on a terminal says that it waits for the keyring, and Ctrl-C ends the command"
close_terminal

open "$program"
wait_for "The keyring does not answer"
kill -CONT $keyrings
wait_for "Waiting for mail to"
is "after the keyring has answered, all secrets are encrypted" "2 sealed, 0 plain tokens, 1 token" "$(secrets)"
is "after the keyring has answered, no token is readable on the disk" 0 "$(plain)"
keys q
wait_for "ended with 0"
