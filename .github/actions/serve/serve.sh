#!/usr/bin/env bash
# Starts the local server in the background and writes its addresses to the output and environment files of the
# workflow runner. The server runs until the job ends.
set -euo pipefail
read -r -a arguments <<< "${ARGUMENTS:-}"
log=${RUNNER_TEMP:?}/dropmail-tui-serve
mkfifo "$log.ready"
# The server prints its addresses when both ports are open. `read` below waits until then.
nohup "$PROGRAM" serve --json --http 127.0.0.1:0 --smtp 127.0.0.1:0 "${arguments[@]}" \
  > "$log.ready" 2> "$log.errors" < /dev/null &
echo $! > "$log.pid"
if ! read -r -t 30 ready < "$log.ready"; then
  cat "$log.errors" >&2
  exit 1
fi
rm "$log.ready"
api=$(sed -n 's/.*"http":"\([^"]*\)".*/\1/p' <<< "$ready")
smtp=$(sed -n 's/.*"smtp":"\([^"]*\)".*/\1/p' <<< "$ready")
[[ -n "$api" && -n "$smtp" ]] || { echo "unexpected output of the server: $ready" >&2; exit 1; }
printf 'api=%s\nsmtp=%s\n' "$api" "$smtp" >> "${GITHUB_OUTPUT:?}"
printf 'DROPMAIL_BASE_URL=%s\nDROPMAIL_SMTP=%s\n' "$api" "$smtp" >> "${GITHUB_ENV:?}"
echo "API $api, SMTP $smtp"
