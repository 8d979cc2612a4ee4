# Functions that start a shell in a separate tmux server, send keys to the shell and read the screen.

# The tmux socket is in the temporary folder, which the script deletes at its end.
TMUX_TMPDIR=$work
export TMUX_TMPDIR
tmux_server="dropmail-desktop-$$"
also_clean_up() { tmux -L "$tmux_server" kill-server 2>/dev/null || true; }

# open COMMAND: starts a shell whose home directory is the temporary folder, and types the command.
open() {
    tmux -L "$tmux_server" -f /dev/null new-session -d -x 100 -y 30 -s main \
        "exec env HOME='$work' LANG=C.UTF-8 PS1='$ ' bash --norc --noprofile -i"
    wait_for '^\$'
    keys -l "$1; echo ended with \$?"
    keys Enter
}

close_terminal() {
    tmux -L "$tmux_server" kill-server 2>/dev/null || true
    tmux_server="$tmux_server+"
}

keys() { tmux -L "$tmux_server" send-keys -t main "$@"; }

show() { tmux -L "$tmux_server" capture-pane -p -t main; }

shows() { show | grep -q -- "$1"; }

wait_for() { until_true "the screen shows '$1'" shows "$1"; }
