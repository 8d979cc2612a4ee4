# Sends a mail with swaks. usage: swaks_client.sh SWAKS
set -euo pipefail
options=(--server "$SMTP_HOST" --port "$SMTP_PORT" --from app@app.example --to user@example.com)
[[ "$SMTP_TLS" != starttls ]] || options+=(--tls --tls-verify --tls-ca-path "$SSL_CERT_FILE")
[[ "$SMTP_TLS" != implicit ]] || options+=(--tls-on-connect --tls-verify --tls-ca-path "$SSL_CERT_FILE")
[[ -z "$SMTP_USER" ]] || options+=(--auth --auth-user "$SMTP_USER" --auth-password "$SMTP_PASSWORD")
perl "$1" "${options[@]}" --h-Subject "$SUBJECT" --body 'Your verification code is 482913.'
