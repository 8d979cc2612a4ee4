# Sends a mail with lettre, through `dropmail-tui release`. usage: lettre_client.sh DROPMAIL_TUI WORK_FOLDER
set -euo pipefail
printf 'From: app@app.example\r\nTo: user@example.com\r\nSubject: %s\r\n\r\nYour verification code is 482913.\r\n' \
  "$SUBJECT" >"$2/lettre.eml"
options=(--to user@example.com --smtp "$SMTP_HOST:$SMTP_PORT" --yes)
[[ "$SMTP_TLS" != starttls ]] || options+=(--starttls --ca "$SSL_CERT_FILE")
[[ "$SMTP_TLS" != implicit ]] || options+=(--tls --ca "$SSL_CERT_FILE")
[[ -z "$SMTP_USER" ]] || options+=(--user "$SMTP_USER")
DROPMAIL_SMTP_PASSWORD=$SMTP_PASSWORD "$1" release "$2/lettre.eml" "${options[@]}"
