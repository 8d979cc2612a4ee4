#!/bin/sh
# Tests a new mailbox with a real gnome-keyring that is locked from the start. The program stores no secret in plain
# text, `config show` reports the locked keyring, and a running mailbox continues when the user unlocks the keyring.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/in_tmux.sh"
. "$(dirname "$0")/in_keyring.sh"

# plain: prints how many tokens the files of the data directory contain in plain text.
plain() { cat "$DROPMAIL_DATA_DIR"/* 2>/dev/null | LC_ALL=C grep -a -c 'af_[0-9A-Za-z]' || true; }

start_keyring
lock
"$program" config show >"$work/out"
grep -q "it is locked, so none is read or stored" "$work/out" || fail "config show says: $(grep secrets "$work/out")"
has_none || fail "config show prompts"
passed "config show says that the keyring is locked, without a prompt"

for verb in sessions ls new "wait --timeout 5"; do
    "$program" $verb >"$work/out" 2>&1 &
    run=$!
    dismiss
    if wait "$run"; then fail "$verb: the command did not fail"; fi
    grep -q "the keyring is locked" "$work/out" || fail "$verb says: $(cat "$work/out")"
    is "locked, $verb: nothing is stored" "0 sealed, 0 plain tokens, 0 token" "$(secrets)"
done
"$program" token >"$work/out" 2>&1 || true
echo "        token: $(tail -n 1 "$work/out")"
is "locked: no token is readable on the disk" 0 "$(plain)"

open "$program"
dismiss
wait_for "The keyring is locked. Unlock it"
is "locked, mailbox: no token is readable on the disk" 0 "$(plain)"
keys n
wait_for "Waiting for mail to"
is "locked, temporary address: no token is readable on the disk" 0 "$(plain)"
keys q
wait_for "ended with 0"
close_terminal

open "$program"
dismiss
wait_for "The keyring is locked. Unlock it"
keys r
unlock
wait_for "Waiting for mail to"
until_true "the new secrets are encrypted" test "$(secrets)" != "0 sealed, 0 plain tokens, 0 token"
is "unlocked while the mailbox runs: all secrets are encrypted" "2 sealed, 0 plain tokens, 1 token" "$(secrets)"
is "unlocked: no token is readable on the disk" 0 "$(plain)"
keys q
wait_for "ended with 0"
close_terminal
is "config show says that the secrets are encrypted" "in the archive's file, sealed with a key in the system's keyring" \
    "$("$program" config show | awk -F '\t' '$1 == "secrets" {print $2}')"
