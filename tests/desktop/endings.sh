#!/bin/sh
# The terminal after quit, crash, SIGTERM and SIGKILL: modes of the line, modes of the terminal, options of tmux.
# The program has to be a debug build: only that crashes on purpose.
. "$(dirname "$0")/lib.sh"
needs tmux bash stty

options() {
    tmux -L "$tmux_server" show-options -p -t main
    tmux -L "$tmux_server" show-options -A -p -t main
}

modes() {
    tmux -L "$tmux_server" display-message -p -t main \
        'alternate #{alternate_on} mouse #{mouse_any_flag} cursor #{cursor_flag} keypad #{keypad_flag}'
}

for way in quit crash TERM KILL; do
    open true
    wait_for "ended with 0"
    option=$([ "$way" = crash ] && echo --break-on-purpose || true)
    keys -l "clear; stty -a > $work/before; $program demo $option; stty -a > $work/after; echo at its e''nd"
    before_options=$(options)
    before_modes=$(modes)
    keys Enter
    case $way in
    quit) wait_for 482951; keys q ;;
    crash) ;;
    *) wait_for 482951; kill -s "$way" "$(mailbox)" ;;
    esac
    wait_for "at its end"
    is "$way: the options of tmux are as before" "$before_options" "$(options)"
    if [ "$way" = KILL ]; then
        # No program can act on that signal: the modes of the terminal are for the shell and `reset`.
        close_terminal
        continue
    fi
    is "$way: the modes of the line are as before" "$(cat "$work/before")" "$(cat "$work/after")"
    is "$way: the modes of the terminal are as before" "$before_modes" "$(modes)"
    close_terminal
done
