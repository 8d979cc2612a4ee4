#!/bin/sh
# Tokens and restore keys with a real gnome-keyring: sealed from the first write, kept sealed while the keyring is
# locked and its prompt dismissed, taken up again without a restart when it opens.
. "$(dirname "$0")/lib.sh"
if [ "${1:-}" != inside ]; then
    needs dbus-run-session gnome-keyring-daemon Xvfb xdotool tmux bash python3
    [ -x /usr/libexec/gcr-prompter ] || [ -x /usr/lib/gcr/gcr-prompter ] ||
        { echo "SKIPPED $(basename "$0"): gcr-prompter is not installed"; exit 0; }
    # Everything below runs on a session bus of its own.
    clean_up
    trap - EXIT
    exec dbus-run-session -- "$0" inside
fi

HOME=$work
XDG_DATA_HOME=$work/share
XDG_RUNTIME_DIR=$work/run
export HOME XDG_DATA_HOME XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
Xvfb -displayfd 3 -screen 0 900x600x24 -nolisten tcp 3>"$work/display" 2>/dev/null &
started=$!
until_true "the X server starts" test -s "$work/display"
DISPLAY=":$(cat "$work/display")"
export DISPLAY
dbus-update-activation-environment DISPLAY XDG_RUNTIME_DIR HOME >/dev/null 2>&1 || true

"$program" serve --http 127.0.0.1:0 --smtp 127.0.0.1:0 >"$work/served" &
started="$started $!"
until_true "the server starts" grep -q ^smtp "$work/served"
DROPMAIL_BASE_URL=$(awk '/^http/ {print $2}' "$work/served")
DROPMAIL_DATA_DIR=$work/data
export DROPMAIL_BASE_URL DROPMAIL_DATA_DIR

# secrets: how many tokens and restore keys are stored, and how many of them without a seal.
secrets() {
    python3 - "$DROPMAIL_DATA_DIR/archive.sqlite3" <<'EOF'
import sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
rows = [str(cell) for (t,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        if t in ("token", "address") for row in db.execute(f"SELECT * FROM {t}") for cell in row]
sealed = [cell for cell in rows if cell.startswith("sealed:")]
tokens = [cell for cell in rows if cell.startswith("af_")]
print(f"{len(sealed)} sealed, {len(tokens)} plain tokens, {db.execute('SELECT count(*) FROM token').fetchone()[0]} token")
EOF
}

printf secret | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1
"$program" new >/dev/null
"$program" new >/dev/null
"$program" ls >/dev/null
"$program" wait --timeout 1 >/dev/null 2>&1 || true
"$program" token >/dev/null
is "unlocked: all that the commands store is sealed" "3 sealed, 0 plain tokens, 1 token" "$(secrets)"
"$program" config show | grep -q "sealed with a key in the system's keyring" || fail "config show tells otherwise"
passed "unlocked: config show says so"
before=$(secrets)
sessions=$("$program" sessions | cut -f 1 | sort)

lock() {
    dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
        org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null
}
prompt() { xdotool search --name "Unlock" | head -n 1; }
has_prompt() { [ -n "$(prompt)" ]; }
has_none() { [ -z "$(prompt)" ]; }
dismiss() {
    until_true "the keyring prompts" has_prompt
    tries=0
    # The prompt takes keys a moment after its window is there.
    until has_none; do
        xdotool windowfocus "$(prompt)" key Escape 2>/dev/null || true
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || fail "the prompt stays"
        sleep 0.1
    done
}
unlock() {
    until_true "the keyring prompts" has_prompt
    sleep 0.5
    xdotool windowfocus "$(prompt)" type secret
    xdotool key Return
    until_true "the prompt is gone" has_none
}

lock
for verb in token sessions ls new; do
    "$program" "$verb" >"$work/out" 2>&1 &
    run=$!
    dismiss
    if wait "$run"; then fail "$verb: did not fail"; fi
    grep -q "the keyring is locked" "$work/out" || fail "$verb says: $(cat "$work/out")"
    is "locked, $verb: all stays as it was" "$before" "$(secrets)"
done

open "$program"
dismiss
wait_for "keyring"
is "locked, mailbox: all stays as it was" "$before" "$(secrets)"
sleep 12
has_none || fail "a prompt came by itself"
passed "locked, mailbox: what is tried again by itself shows no prompt"
keys r
unlock
until_true "the sessions live" shows "$(echo "$sessions" | head -n 1)"
until_true "the mailbox is connected" shows "Waiting for mail to"
wait_gone() { ! shows "keyring"; }
until_true "the keyring is spoken of no more" wait_gone
is "r prompts again, and the same sessions go on" "$before" "$(secrets)"
keys q
wait_for "ended with 0"
close_terminal

lock
open "$program"
dismiss
wait_for "keyring"
# Another program has it unlocked.
"$program" token >"$work/out" 2>&1 &
run=$!
unlock
wait "$run" || fail "token says: $(cat "$work/out")"
until_true "the mailbox goes on by itself" wait_gone
is "unlocked by another program: the mailbox goes on by itself" "$before" "$(secrets)"
is "the sessions are the same" "$sessions" "$("$program" sessions | cut -f 1 | sort)"
keys q
wait_for "ended with 0"
