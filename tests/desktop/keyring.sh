#!/bin/sh
# Tests that tokens and restore keys are encrypted with a real gnome-keyring from the first write. While the keyring is
# locked and its prompt dismissed, they stay encrypted. Once it is unlocked, they are used without a restart.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/in_tmux.sh"
. "$(dirname "$0")/in_keyring.sh"

start_keyring
"$program" new >/dev/null
"$program" new >/dev/null
"$program" ls >/dev/null
"$program" wait --timeout 1 >/dev/null 2>&1 || true
"$program" token >/dev/null
is "unlocked: all that the commands store is sealed" "3 sealed, 0 plain tokens, 1 token" "$(secrets)"
"$program" config show | grep -q "sealed with a key in the system's keyring" || fail "config show does not report the keyring"
passed "unlocked: config show says so"
before=$(secrets)
sessions=$("$program" sessions | cut -f 1 | sort)

lock
for verb in token sessions ls new; do
    "$program" "$verb" >"$work/out" 2>&1 &
    run=$!
    dismiss
    if wait "$run"; then fail "$verb: did not fail"; fi
    grep -q "the keyring is locked" "$work/out" || fail "$verb says: $(cat "$work/out")"
    is "locked, $verb: all stays as it was" "$before" "$(secrets)"
done

open "$program new"
wait_for "the keyring is locked; waiting until you unlock it"
dismiss
keys C-c
wait_for "ended with 130"
is "locked, new on a terminal: Ctrl-C ends the wait, and all stays as it was" "$before" "$(secrets)"
close_terminal

open "$program token"
wait_for "the keyring is locked; waiting until you unlock it"
unlock
wait_for "the keyring is open"
wait_for "ended with 0"
shows "valid" || fail "token on a terminal: $(show)"
passed "token on a terminal waits for the prompt and goes on"
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
passed "sessions on a terminal goes on when another program has the keyring unlocked"
is "all stays as it was" "$before" "$(secrets)"
close_terminal

lock
open "$program"
dismiss
wait_for "keyring"
is "locked, mailbox: all stays as it was" "$before" "$(secrets)"
sleep 12
has_none || fail "a prompt appeared without a request of the user"
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
# A command sends its queries through the mailbox, which prompts only if the user asks for it.
if "$program" token >"$work/out" 2>&1; then fail "token beside a locked mailbox: did not fail"; fi
grep -q "the keyring is locked" "$work/out" || fail "token beside a locked mailbox says: $(cat "$work/out")"
has_none || fail "token beside a locked mailbox shows a prompt"
passed "locked, token beside the mailbox: no second prompt"
# A program that does not use the mailbox unlocks the keyring.
DROPMAIL_DATA_DIR=$work/other "$program" new >"$work/out" 2>&1 &
run=$!
unlock
wait "$run" || fail "new with another data directory says: $(cat "$work/out")"
until_true "the mailbox goes on by itself" wait_gone
is "unlocked by another program: the mailbox goes on by itself" "$before" "$(secrets)"
is "the sessions are the same" "$sessions" "$("$program" sessions | cut -f 1 | sort)"
keys q
wait_for "ended with 0"
