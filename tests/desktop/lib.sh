# Helpers for the scripts of this folder. Sourced by each of them.
#
# DROPMAIL_TUI names the program; without it the one that `cargo build` made is tested.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${DROPMAIL_TUI:-$here/../../target/debug/dropmail-tui}")
work=$(mktemp -d)
started=""
tmux_server="dropmail-desktop-$$"

# Ends what this script has started, and nothing else.
clean_up() {
    tmux -L "$tmux_server" kill-server 2>/dev/null || true
    for id in $started $(of_this_home "$program"); do
        kill "$id" 2>/dev/null || true
    done
    rm -rf "$work" 2>/dev/null || { sleep 0.5; rm -rf "$work"; }
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# needs PROGRAM...: skips the whole script, aloud, where one is absent.
needs() {
    for name in "$@"; do
        if ! command -v "$name" >/dev/null 2>&1; then
            echo "SKIPPED $(basename "$0"): $name is not installed"
            exit 0
        fi
    done
}

passed() { echo "ok      $*"; }

fail() {
    echo "FAILED  $*" >&2
    exit 1
}

# until_true WHAT COMMAND...: runs the command until it succeeds, at most ten seconds.
until_true() {
    what=$1
    shift
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -ge 200 ]; then
            show 2>/dev/null || true
            fail "waited in vain: $what"
        fi
        sleep 0.05
    done
}

# is WHAT WANTED FOUND
is() {
    [ "$2" = "$3" ] || fail "$1: wanted '$2', found '$3'"
    passed "$1"
}

# open COMMAND: types a command into a shell in a terminal of its own (tmux), with a home of its own.
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

# of_this_home PATTERN: the processes with this home whose command line begins like that.
of_this_home() {
    for folder in /proc/[0-9]*; do
        # A process may end meanwhile.
        {
            if tr '\0' ' ' <"$folder/cmdline" | grep -q -- "^$1" &&
                tr '\0' '\n' <"$folder/environ" | grep -qx "HOME=$work"; then
                basename "$folder"
            fi
        } 2>/dev/null
    done
}

# The processes that own a clipboard.
owners() { of_this_home "dropmail-tui clipboard-owner"; }

count_owners() { owners | wc -l | tr -d ' '; }

has_owners() { [ "$(count_owners)" = "$1" ]; }

# The program itself.
mailbox() { of_this_home "$program"; }

is_stopped() { [ "$(awk '{print $3}' "/proc/$1/stat")" = T ]; }
