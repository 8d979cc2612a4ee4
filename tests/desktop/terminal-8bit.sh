#!/bin/sh
# A mail that would command an 8-bit terminal, shown in a real one: xterm without UTF-8, whose programs may
# set the clipboard. The locale is C, none, and (wrongly) UTF-8.
. "$(dirname "$0")/lib.sh"
needs Xvfb xterm xclip xdotool script

start_x_server

# The second bytes of these letters are OSC, ST and CSI to an 8-bit terminal.
cat >"$work/mail.eml" <<'EOF'
From: Shop <shop@shop.example>
Date: Tue, 24 Nov 2026 08:00:00 +0000
Subject: Hello ĝ52;c;RVZJTA==Ĝ there
Content-Type: text/plain; charset=utf-8

Here: ĝ52;c;RVZJTA==Ĝ and ě31m red.
Your code is: 482951
EOF

clipboard() { timeout 5 xclip -selection clipboard -o 2>/dev/null; }
in_record() { grep -aq -- "$1" "$work/record"; }
has_high_bytes() { LC_ALL=C grep -aq "$(printf '[\200-\377]')" "$1"; }

# in_xterm OPTION-OF-XTERM LOCALE COMMAND: runs it, and keeps what it writes in $work/record.
in_xterm() {
    rm -f "$work/record"
    echo "LC_ALL=$2 script -qfc '$3' $work/record" >"$work/run"
    # xterm is told by an option; a locale that is not UTF-8 would win over it.
    env HOME="$work" LC_ALL=C.UTF-8 LANG= xterm -xrm 'XTerm*allowWindowOps: true' $1 -e sh "$work/run" &
    xterm=$!
    started="$started $xterm"
    until_true "xterm runs" test -s "$work/record"
    # Without a window manager nothing else gives it the keyboard.
    xdotool windowfocus "$(xdotool search --class xterm | tail -n 1)"
}

picture() {
    if command -v import >/dev/null 2>&1 && [ -n "${PICTURES:-}" ]; then
        import -window root "$PICTURES/$1.png"
    fi
}

# The attack works where nothing stops it: else this script would show nothing.
printf %s "from elsewhere" | xclip -selection clipboard -i
in_xterm +u8 C "cat $work/mail.eml; sleep 1"
attacked() { [ "$(clipboard)" = EVIL ]; }
until_true "cat lets the mail set the clipboard" attacked
passed "cat lets the mail set the clipboard"
wait "$xterm" || true

for locale in C "" C.UTF-8; do
    printf %s "from elsewhere" | xclip -selection clipboard -i
    in_xterm +u8 "$locale" "$program open $work/mail.eml"
    until_true "the mail is shown" in_record "482951"
    until_true "the user is told" in_record "does not read UTF-8"
    xdotool key --clearmodifiers Escape
    xdotool key --clearmodifiers Return
    until_true "the mail is open" in_record "red\\."
    picture "8bit-${locale:-none}"
    xdotool key --clearmodifiers q
    wait "$xterm" || true
    is "mailbox, locale '${locale}': the clipboard is as before" "from elsewhere" "$(clipboard)"

    in_xterm +u8 "$locale" "$program read $work/mail.eml; sleep 1"
    if [ "$locale" != C.UTF-8 ]; then
        wait "$xterm" || true
        is "read, locale '${locale}': the clipboard is as before" "from elsewhere" "$(clipboard)"
        in_record "does not read UTF-8" || fail "nothing is said"
    else
        # A command takes a UTF-8 locale at its word, as documented.
        wait "$xterm" || true
    fi
done

for locale in "" C C.UTF-8; do
    in_xterm -u8 "$locale" "$program open $work/mail.eml"
    until_true "the mail is shown" in_record "482951"
    xdotool key --clearmodifiers q
    wait "$xterm" || true
    has_high_bytes "$work/record" || fail "a UTF-8 terminal got ASCII with locale '$locale'"
    if in_record "does not read UTF-8"; then fail "a UTF-8 terminal was taken for another"; fi
    passed "a UTF-8 xterm shows UTF-8 with locale '$locale'"
done
