# Sets up a separate session bus, a gnome-keyring with the password `secret`, a local server and a data directory. This
# file runs the script that sources it again, with the argument `inside`, on that session bus.

if [ "${1:-}" != inside ]; then
    needs dbus-run-session gnome-keyring-daemon Xvfb xdotool tmux bash python3
    [ -x /usr/libexec/gcr-prompter ] || [ -x /usr/lib/gcr/gcr-prompter ] || skip "gcr-prompter is not installed"
    # Runs the script again on a separate session bus.
    clean_up
    trap - EXIT
    exec dbus-run-session -- "$0" inside
fi

HOME=$work
XDG_DATA_HOME=$work/share
XDG_RUNTIME_DIR=$work/run
export HOME XDG_DATA_HOME XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
start_x_server
dbus-update-activation-environment DISPLAY XDG_RUNTIME_DIR HOME >/dev/null 2>&1 || true

"$program" serve --http 127.0.0.1:0 --smtp 127.0.0.1:0 >"$work/served" &
started="$started $!"
until_true "the server starts" grep -q ^smtp "$work/served"
DROPMAIL_BASE_URL=$(awk '/^http/ {print $2}' "$work/served")
DROPMAIL_DATA_DIR=$work/data
export DROPMAIL_BASE_URL DROPMAIL_DATA_DIR

# secrets: prints how many tokens and restore keys are stored encrypted, and how many tokens in plain text.
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

# Starts the keyring and unlocks it.
start_keyring() {
    printf secret | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1
}

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
    # The prompt accepts keys only some time after its window has appeared.
    until has_none; do
        xdotool windowfocus "$(prompt)" key Escape 2>/dev/null || true
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || fail "the prompt is still open"
        sleep 0.1
    done
}
unlock() {
    until_true "the keyring prompts" has_prompt
    sleep 0.5
    xdotool windowfocus "$(prompt)" type secret
    xdotool key Return
    until_true "the prompt is closed" has_none
}
