# Functions for the scripts of this folder, which source this file.
#
# DROPMAIL_TUI is the path of the program; the default is the debug build, target/debug/dropmail-tui.
# The scripts require these Debian packages: xvfb xterm xfonts-base x11-utils xclip xdotool imagemagick zbar-tools kitty
# tmux screen sway foot weston wtype wl-clipboard grim dbus gnome-keyring gcr dunst python3.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${DROPMAIL_TUI:-$here/../../target/debug/dropmail-tui}")
work=$(mktemp -d)
started=""

# Ends only the processes that this script has started. Scripts that source this file may redefine `also_clean_up`.
also_clean_up() { :; }
clean_up() {
    also_clean_up
    for id in $started $(of_this_home "$program"); do
        kill "$id" 2>/dev/null || true
    done
    rm -rf "$work" 2>/dev/null || { sleep 0.5; rm -rf "$work"; }
}
trap clean_up EXIT
trap 'exit 130' INT TERM

skip() {
    echo "SKIPPED $(basename "$0"): $*"
    exit 0
}

# needs PROGRAM...: skips the whole script, with a message, if a program is not installed.
needs() {
    for name in "$@"; do
        command -v "$name" >/dev/null 2>&1 || skip "$name is not installed"
    done
}

# needs_ordinary_user: if the user is root, runs the script again as `nobody`, because some programs refuse to run as
# root.
needs_ordinary_user() {
    [ "$(id -u)" = 0 ] || return 0
    needs runuser
    mkdir -m 700 "$work/home"
    chown nobody "$work/home"
    chmod 755 "$work"
    set -- "$here/$(basename "$0")" "$program"
    # The project may be in a folder that this user cannot enter.
    if ! runuser -u nobody -- test -x "$1" -a -x "$2"; then
        cp -R "$here" "$work/scripts"
        cp "$program" "$work/dropmail-tui"
        set -- "$work/scripts/$(basename "$0")" "$work/dropmail-tui"
    fi
    code=0
    runuser -u nobody -- env DROPMAIL_TUI="$2" TMPDIR="$work/home" HOME="$work/home" "$1" || code=$?
    exit "$code"
}

passed() { echo "ok      $*"; }

fail() {
    echo "FAILED  $*" >&2
    cp "$work/screen.png" "${TMPDIR:-/tmp}/dropmail-desktop-failure.png" 2>/dev/null || true
    exit 1
}

# is WHAT EXPECTED FOUND: checks that the two values are equal.
is() {
    [ "$2" = "$3" ] || fail "$1: expected '$2', found '$3'"
    passed "$1"
}

show() { :; }

# until_true WHAT COMMAND...: runs the command until it succeeds, for at most twenty seconds.
until_true() {
    what=$1
    shift
    deadline=$(($(date +%s) + 20))
    until "$@" >/dev/null 2>&1; do
        if [ "$(date +%s)" -ge "$deadline" ]; then
            show 2>/dev/null || true
            fail "timed out: $what"
        fi
        sleep 0.05
    done
}

# of_this_home PATTERN: prints the ids of the processes with this home whose command line starts with the pattern.
of_this_home() {
    for folder in /proc/[0-9]*; do
        # The process may end before its files are read.
        {
            if tr '\0' ' ' <"$folder/cmdline" | grep -q -- "^$1" &&
                tr '\0' '\n' <"$folder/environ" | grep -qx "HOME=$work"; then
                basename "$folder"
            fi
        } 2>/dev/null
    done
}

# Prints the id of the running mailbox.
mailbox() { of_this_home "$program"; }

is_stopped() { [ "$(awk '{print $3}' "/proc/$1/stat")" = T ]; }

# start_x_server: starts an X server without a screen and sets DISPLAY.
start_x_server() {
    Xvfb -displayfd 3 -screen 0 1000x700x24 -noreset -nolisten tcp 3>"$work/display" 2>/dev/null &
    server=$!
    started="$started $server"
    until_true "the X server starts" test -s "$work/display"
    DISPLAY=":$(cat "$work/display")"
    export DISPLAY
}

# start_sway: starts a Wayland compositor without a screen and sets WAYLAND_DISPLAY and XDG_RUNTIME_DIR.
start_sway() {
    XDG_RUNTIME_DIR=$work/run
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    export XDG_RUNTIME_DIR
    printf 'xwayland disable\noutput HEADLESS-1 resolution 1000x700\ndefault_border none\n' >"$work/sway.conf"
    env -u DISPLAY WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1 WLR_RENDERER=pixman \
        sway -c "$work/sway.conf" >"$work/sway.log" 2>&1 &
    server=$!
    started="$started $server"
    tries=0
    until ls "$XDG_RUNTIME_DIR"/wayland-*.lock >/dev/null 2>&1; do
        tries=$((tries + 1))
        if ! kill -0 "$server" 2>/dev/null || [ "$tries" -ge 200 ]; then
            skip "sway does not start: $(tail -n 1 "$work/sway.log")"
        fi
        sleep 0.05
    done
    WAYLAND_DISPLAY=$(basename "$XDG_RUNTIME_DIR"/wayland-*.lock .lock)
    export WAYLAND_DISPLAY
    unset DISPLAY
}
