#!/bin/sh
# Tests that the program encrypts tokens and restore keys with a real gnome-keyring from the first write. These secrets
# stay encrypted while the keyring is locked and its prompt is dismissed. After the user unlocks the keyring, the
# program uses the secrets without a restart.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/in_tmux.sh"
. "$(dirname "$0")/in_keyring.sh"

start_keyring
"$program" new >/dev/null
"$program" new >/dev/null
"$program" ls >/dev/null
"$program" wait --timeout 1 >/dev/null 2>&1 || true
"$program" token >/dev/null
is "unlocked: all secrets that the commands store are encrypted" "3 sealed, 0 plain tokens, 1 token" "$(secrets)"
"$program" config show | grep -q "sealed with a key in the system's keyring" || fail "config show does not report the keyring"
passed "unlocked: config show reports the keyring"
before=$(secrets)
sessions=$("$program" sessions | cut -f 1 | sort)

lock
for verb in token sessions ls new; do
    "$program" "$verb" >"$work/out" 2>&1 &
    run=$!
    dismiss
    if wait "$run"; then fail "$verb: the command did not fail"; fi
    grep -q "the keyring is locked" "$work/out" || fail "$verb says: $(cat "$work/out")"
    is "locked, $verb: the stored secrets are unchanged" "$before" "$(secrets)"
done

open "$program new"
wait_for "the keyring is locked; waiting until you unlock it"
dismiss
keys C-c
wait_for "ended with 130"
is "locked, new on a terminal: Ctrl-C ends the wait, and the stored secrets are unchanged" "$before" "$(secrets)"
close_terminal

open "$program token"
wait_for "the keyring is locked; waiting until you unlock it"
unlock
wait_for "the keyring is open"
wait_for "ended with 0"
shows "valid" || fail "token on a terminal: $(show)"
passed "token on a terminal waits for the prompt and then continues"
close_terminal

lock
open "$program sessions"
wait_for "the keyring is locked; waiting until you unlock it"
dismiss
"$program" token >"$work/out" 2>&1 &
run=$!
unlock
wait "$run" || fail "token says: $(cat "$work/out")"
wait_for "the keyring is open"
wait_for "ended with 0"
passed "sessions on a terminal continues after another program has unlocked the keyring"
is "the stored secrets are unchanged" "$before" "$(secrets)"
close_terminal

lock
open "$program"
dismiss
wait_for "keyring"
is "locked, mailbox: the stored secrets are unchanged" "$before" "$(secrets)"
sleep 12
has_none || fail "a prompt appeared that the user did not request"
passed "locked, mailbox: automatic retries show no prompt"
keys r
unlock
until_true "the mailbox shows the sessions" shows "$(echo "$sessions" | head -n 1)"
until_true "the mailbox is connected" shows "Waiting for mail to"
wait_gone() { ! shows "keyring"; }
until_true "the screen does not mention the keyring" wait_gone
is "r shows the prompt again, and the stored secrets are unchanged" "$before" "$(secrets)"
keys q
wait_for "ended with 0"
close_terminal

lock
open "$program"
dismiss
wait_for "keyring"
# A command sends its queries through the mailbox, which prompts only if the user asks for it.
if "$program" token >"$work/out" 2>&1; then fail "token while a locked mailbox runs: the command did not fail"; fi
grep -q "the keyring is locked" "$work/out" || fail "token while a locked mailbox runs says: $(cat "$work/out")"
has_none || fail "token while a locked mailbox runs: a prompt appeared"
passed "locked, token while the mailbox runs: no second prompt appears"
# A program that does not use the mailbox unlocks the keyring.
DROPMAIL_DATA_DIR=$work/other "$program" new >"$work/out" 2>&1 &
run=$!
unlock
wait "$run" || fail "new with another data directory says: $(cat "$work/out")"
until_true "the mailbox continues without a key" wait_gone
is "unlocked by another program: the mailbox continues, and the stored secrets are unchanged" "$before" "$(secrets)"
is "the sessions are the same" "$sessions" "$("$program" sessions | cut -f 1 | sort)"
keys q
wait_for "ended with 0"
