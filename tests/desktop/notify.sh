#!/bin/sh
# Tests notifications on a real session bus, without a notification service and with one (dunst).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/in_tmux.sh"
needs dbus-run-session dunst dunstctl Xvfb tmux bash script

mkdir -p "$work/.config/dropmail-tui"
echo "notify = true" >"$work/.config/dropmail-tui/config.toml"
cat >"$work/bus.conf" <<'EOF'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
EOF
escape=$(printf '\033')

in_record() { grep -aq -- "$1" "$work/record"; }

# Starts a session bus without services.
open "DISPLAY=:0 dbus-run-session --config-file=$work/bus.conf -- script -qfc '$program demo' $work/record"
wait_for 482951
until_true "the program sends the notification to the terminal" in_record "$escape\\]9;Code 482951"
passed "without a notification service, the program sends the notification to the terminal"
until_true "the program reports the missing service" in_record "no notification service"
passed "the program reports that there is no notification service"
keys q
wait_for "ended with 0"
close_terminal

start_x_server
cat >"$work/session" <<EOF
dunst >/dev/null 2>&1 &
dunst=\$!
until dunstctl is-paused >/dev/null 2>&1; do sleep 0.05; done
script -qfc "$program demo" $work/record-with-service
echo "shown \$(dunstctl count displayed) waiting \$(dunstctl count waiting) history \$(dunstctl count history)"
kill \$dunst
EOF
open "DISPLAY=$DISPLAY dbus-run-session --config-file=$work/bus.conf -- sh $work/session"
wait_for 482951
wait_for "Inbox 7"
keys q
wait_for "ended with 0"
show | grep "^shown" | sed 's/^/        dunst: /'
show | grep -q "^shown 0 waiting 0 history 0" && fail "dunst has shown nothing"
passed "a notification service shows the notifications"
if grep -aq "$escape\\]9;" "$work/record-with-service"; then fail "the terminal showed a notification in addition to the service"; fi
passed "with a notification service, the program sends no notification to the terminal"
