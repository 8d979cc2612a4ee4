# Checks of the desktop clipboard for X11 and Wayland. The script that sources this file defines `paste_text`, which
# prints the clipboard, and `copy_text TEXT`, which copies as another program.

# Prints the ids of the processes that own a clipboard.
owners() { of_this_home "dropmail-tui clipboard-owner"; }

count_owners() { owners | wc -l | tr -d ' '; }

has_owners() { [ "$(count_owners)" = "$1" ]; }

pastes() { [ "$(paste_text 2>/dev/null)" = "$1" ]; }

# start_demo [OPTION...]: opens the demo and waits for its mails.
start_demo() {
    open "$display_variables $program demo $*"
    wait_for 482951
}

check_clipboard() {
    copy_text "from elsewhere"

    start_demo
    keys c
    wait_for "Copied the code 482951"
    is "a copied code is pasted" 482951 "$(paste_text)"
    owner=$(owners)
    is "one process owns the clipboard" 1 "$(count_owners)"
    is "the owner has no controlling terminal" 0 "$(awk '{print $7}' "/proc/$owner/stat")"
    is "the owner is the leader of a new session" "$owner" "$(awk '{print $6}' "/proc/$owner/stat")"
    is "the working directory of the owner is the root directory" / "$(readlink "/proc/$owner/cwd")"
    files=$(for file in "/proc/$owner/fd/"*; do readlink "$file"; done | grep -v -e '^socket:' -e '^/dev/null$' || true)
    is "the owner has no open file" "" "$files"
    names=$(tr '\0' '\n' <"/proc/$owner/environ" | cut -d= -f1 |
        grep -v -x -e DISPLAY -e WAYLAND_DISPLAY -e XAUTHORITY -e XDG_RUNTIME_DIR -e HOME || true)
    is "the environment of the owner contains only the variables of the display" "" "$names"
    echo "        the owner uses $(awk '/RssAnon/ {print $2, $3}' "/proc/$owner/status") of memory that is not shared"

    keys a
    wait_for "Copied the address"
    until_true "the first owner exits when the program copies another text" has_owners 1
    [ "$(owners)" != "$owner" ] || fail "the same process owns both texts"
    [ ! -e "/proc/$owner" ] || fail "the first owner still exists in state $(awk '{print $3}' "/proc/$owner/stat")"
    passed "the first owner has exited and was reaped"

    keys c
    wait_for "Copied the code 482951"
    keys C-z
    until_true "the program is stopped" is_stopped "$(mailbox)"
    is "the code can be pasted while the program is stopped" 482951 "$(paste_text)"
    close_terminal
    until_true "the code can be pasted after the terminal is closed" pastes 482951

    copy_text "from elsewhere"
    until_true "the owner exits when another program copies" has_owners 0
    passed "the owner exits when another program copies"

    start_demo
    keys c
    wait_for "Copied the code 482951"
    keys q
    wait_for "ended with 0"
    is "the code can be pasted after quit" 482951 "$(paste_text)"
    close_terminal

    start_demo
    keys a
    wait_for "Copied the address"
    keys c
    wait_for "Copied the code 482951"
    kill -9 "$(mailbox)"
    wait_for "ended with 137"
    is "the code can be pasted after kill -9" 482951 "$(paste_text)"
    close_terminal

    start_demo --clipboard system-until-quit
    keys c
    wait_for "Copied the code 482951"
    is "system-until-quit: the code can be pasted while the program runs" 482951 "$(paste_text)"
    keys q
    wait_for "ended with 0"
    until_true "system-until-quit: the owner exits with the program" has_owners 0
    if pastes 482951; then fail "system-until-quit: the clipboard still contains the text"; fi
    passed "system-until-quit: the clipboard no longer contains the code after quit"
    close_terminal

    start_demo --clipboard system-until-quit
    keys c
    wait_for "Copied the code 482951"
    kill -9 "$(mailbox)"
    until_true "system-until-quit: the owner exits after kill -9" has_owners 0
    passed "system-until-quit: no owner runs after kill -9"
    close_terminal

    start_demo
    keys c
    wait_for "Copied the code 482951"
    keys q
    wait_for "ended with 0"
    is "one process owns the clipboard after quit" 1 "$(count_owners)"
}
