# Sends a mail with Postfix's smtp-source. usage: smtp_source_client.sh SMTP_SOURCE
set -euo pipefail
"$1" -m 1 -f app@app.example -t user@example.com -S "$SUBJECT" "$SMTP_HOST:$SMTP_PORT"
