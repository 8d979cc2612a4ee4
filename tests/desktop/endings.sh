#!/bin/sh
# Tests in tmux that the program restores the line modes, the terminal modes, the tmux options and the screen after
# quit, Ctrl-C, a crash, SIGTERM and SIGHUP. After SIGKILL, the next run restores them.
# The program must be a debug build, because only a debug build has the option to crash.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/in_tmux.sh"
needs tmux bash stty

options() {
    tmux -L "$tmux_server" show-options -p -t main
    tmux -L "$tmux_server" show-options -A -p -t main
}

modes() {
    tmux -L "$tmux_server" display-message -p -t main \
        'alternate #{alternate_on} mouse #{mouse_any_flag} cursor #{cursor_flag} keypad #{keypad_flag}'
}

for way in quit ctrl-c crash TERM HUP KILL; do
    open "echo a line of before"
    wait_for "ended with 0"
    option=$([ "$way" = crash ] && echo --break-on-purpose || true)
    # A separate shell runs the program, because an interactive shell would restore the line modes itself.
    cat >"$work/steps" <<STEPS
trap '' HUP
stty -a >$work/before
$program demo $option
stty -a >$work/after
echo at its e''nd
STEPS
    keys -l "sh $work/steps"
    before_options=$(options)
    before_modes=$(modes)
    keys Enter
    case $way in
    quit) wait_for 482951; keys q ;;
    ctrl-c) wait_for 482951; keys C-c ;;
    crash) ;;
    KILL) wait_for 482951; keys '?'; wait_for "Keys in the inbox"; kill -s "$way" "$(mailbox)" ;;
    *) wait_for 482951; kill -s "$way" "$(mailbox)" ;;
    esac
    wait_for "at its end"
    is "$way: the tmux options are unchanged" "$before_options" "$(options)"
    if [ "$way" = KILL ]; then
        # A program cannot handle this signal. The next run restores the terminal.
        echo "        modes after SIGKILL: $(modes)$(cmp -s "$work/before" "$work/after" || echo ', and changed line modes')"
        keys -l "$program demo; stty -a >$work/repaired"
        keys Enter
        wait_for "Inbox"
        wait_for "New address"
        wait_for 482951
        if shows "q Ctrl-c\|as soon as it comes"; then fail "KILL: the screen still shows the frame of the killed process: $(show)"; fi
        passed "KILL, then another run: the screen shows no output of the killed process"
        keys q
        wait_for "a line of before"
        is "KILL, then another run: the terminal modes are unchanged" "$before_modes" "$(modes)"
        until_true "the line modes are written" test -s "$work/repaired"
        is "KILL, then another run: the line modes are unchanged" \
            "$(cat "$work/before")" "$(cat "$work/repaired")"
        close_terminal
        continue
    fi
    is "$way: the line modes are unchanged" "$(cat "$work/before")" "$(cat "$work/after")"
    is "$way: the terminal modes are unchanged" "$before_modes" "$(modes)"
    shows "a line of before" || fail "$way: the screen is not restored: $(show)"
    if shows 482951; then fail "$way: the screen still shows the mailbox"; fi
    passed "$way: the screen is restored"
    close_terminal
done
