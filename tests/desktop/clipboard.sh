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
    is "it has left the terminal" 0 "$(awk '{print $7}' "/proc/$owner/stat")"
    is "it leads a session of its own" "$owner" "$(awk '{print $6}' "/proc/$owner/stat")"
    is "it has left the folder" / "$(readlink "/proc/$owner/cwd")"
    files=$(for file in "/proc/$owner/fd/"*; do readlink "$file"; done | grep -v -e '^socket:' -e '^/dev/null$' || true)
    is "it holds no file" "" "$files"
    names=$(tr '\0' '\n' <"/proc/$owner/environ" | cut -d= -f1 |
        grep -v -x -e DISPLAY -e WAYLAND_DISPLAY -e XAUTHORITY -e XDG_RUNTIME_DIR -e HOME || true)
    is "its environment names the display and nothing else" "" "$names"
    echo "        memory: $(awk '/RssAnon/ {print $2, $3}' "/proc/$owner/status") not shared"

    keys a
    wait_for "Copied the address"
    until_true "the first owner ends when something else is copied here" has_owners 1
    [ "$(owners)" != "$owner" ] || fail "the same process owns both texts"
    [ ! -e "/proc/$owner" ] || fail "the first owner still exists in state $(awk '{print $3}' "/proc/$owner/stat")"
    passed "the first owner has ended and was reaped"

    keys c
    wait_for "Copied the code 482951"
    keys C-z
    until_true "it is stopped" is_stopped "$(mailbox)"
    is "a paste is answered while the program is stopped" 482951 "$(paste_text)"
    close_terminal
    until_true "the text stays when the terminal is closed" pastes 482951

    copy_text "from elsewhere"
    until_true "the owner ends when another program copies" has_owners 0
    passed "the owner ends when another program copies"

    start_demo
    keys c
    wait_for "Copied the code 482951"
    keys q
    wait_for "ended with 0"
    is "the text stays after quit" 482951 "$(paste_text)"
    close_terminal

    start_demo
    keys a
    wait_for "Copied the address"
    keys c
    wait_for "Copied the code 482951"
    kill -9 "$(mailbox)"
    wait_for "ended with 137"
    is "the text stays after kill -9" 482951 "$(paste_text)"
    close_terminal

    start_demo --clipboard system-until-quit
    keys c
    wait_for "Copied the code 482951"
    is "system-until-quit: pasted while the program runs" 482951 "$(paste_text)"
    keys q
    wait_for "ended with 0"
    until_true "system-until-quit: the owner ends with the program" has_owners 0
    if pastes 482951; then fail "system-until-quit: the clipboard still contains the text"; fi
    passed "system-until-quit: nothing is left after quit"
    close_terminal

    start_demo --clipboard system-until-quit
    keys c
    wait_for "Copied the code 482951"
    kill -9 "$(mailbox)"
    until_true "system-until-quit: the owner ends after kill -9" has_owners 0
    passed "system-until-quit: nothing is left after kill -9"
    close_terminal

    start_demo
    keys c
    wait_for "Copied the code 482951"
    keys q
    wait_for "ended with 0"
    is "an owner is there" 1 "$(count_owners)"
}
