#!/bin/sh
# Tests that a mail cannot send control sequences to a real 8-bit terminal: xterm without UTF-8, which lets programs set
# the clipboard. The test sets the locale to C, to none and, incorrectly, to UTF-8.
. "$(dirname "$0")/lib.sh"
needs Xvfb xterm xclip xdotool script

start_x_server

# An 8-bit terminal interprets the second bytes of these letters as OSC, ST and CSI.
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

# in_xterm OPTION-OF-XTERM LOCALE COMMAND: runs the command in xterm, and records its output in $work/record.
in_xterm() {
    rm -f "$work/record"
    echo "LC_ALL=$2 script -qfc '$3' $work/record" >"$work/run"
    # The encoding of xterm is set by an option, which a locale without UTF-8 would override.
    env HOME="$work" LC_ALL=C.UTF-8 LANG= xterm -xrm 'XTerm*allowWindowOps: true' $1 -e sh "$work/run" &
    xterm=$!
    started="$started $xterm"
    until_true "xterm runs" test -s "$work/record"
    # Without a window manager, the script must set the keyboard focus.
    xdotool windowfocus "$(xdotool search --class xterm | tail -n 1)"
}

picture() {
    if command -v import >/dev/null 2>&1 && [ -n "${PICTURES:-}" ]; then
        import -window root "$PICTURES/$1.png"
    fi
}

# First checks that the attack works with cat. Otherwise the checks below would pass without any protection.
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
    until_true "the program reports the missing UTF-8 support" in_record "does not read UTF-8"
    xdotool key --clearmodifiers Escape
    xdotool key --clearmodifiers Return
    until_true "the mail is open" in_record "red\\."
    picture "8bit-${locale:-none}"
    xdotool key --clearmodifiers q
    wait "$xterm" || true
    is "mailbox, locale '${locale}': the clipboard is unchanged" "from elsewhere" "$(clipboard)"

    in_xterm +u8 "$locale" "$program read $work/mail.eml; sleep 1"
    if [ "$locale" != C.UTF-8 ]; then
        wait "$xterm" || true
        is "read, locale '${locale}': the clipboard is unchanged" "from elsewhere" "$(clipboard)"
        in_record "does not read UTF-8" || fail "the program does not report the missing UTF-8 support"
    else
        # As documented, a command assumes that a UTF-8 locale is correct.
        wait "$xterm" || true
    fi
done

for locale in "" C C.UTF-8; do
    in_xterm -u8 "$locale" "$program open $work/mail.eml"
    until_true "the mail is shown" in_record "482951"
    xdotool key --clearmodifiers q
    wait "$xterm" || true
    has_high_bytes "$work/record" || fail "a UTF-8 terminal got ASCII with locale '$locale'"
    if in_record "does not read UTF-8"; then fail "a UTF-8 terminal was not recognised"; fi
    passed "a UTF-8 xterm shows UTF-8 with locale '$locale'"
done
