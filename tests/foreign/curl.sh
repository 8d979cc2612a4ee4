#!/usr/bin/env bash
# Tests requests with curl: GET, a form, no Content-Type header, and a subscription over multipart/mixed.
set -euo pipefail
api=$BASE/$TOKEN
expect() { [[ "$2" == *"$1"* ]] || { echo "expected $1 in: $2" >&2; exit 1; }; }
ask=(curl --silent --show-error --fail --noproxy '*' --max-time 20)

expect '"c":"QueryRoot"' "$("${ask[@]}" --get "$api" --data-urlencode 'query=query A { a: __typename } query B($x: Boolean!) { c: __typename d: sessions @include(if: $x) { id } }' \
  --data-urlencode operationName=B --data-urlencode 'variables={"x": false}')"
made=$("${ask[@]}" -H 'Content-Type: application/x-www-form-urlencoded' "$api" -d 'query=mutation {introduceSession {id, expiresAt, addresses{id, address}}}')
id=$(sed -E 's/.*"introduceSession":\{"id":"([^"]+)".*/\1/' <<<"$made")
address=$(sed -E 's/.*"address":"([^"]+)".*/\1/' <<<"$made")
expect '@' "$address"
expect '"mailsCount":0' "$("${ask[@]}" -H 'Content-Type:' "$api" -d "{\"query\": \"{ session(id: \\\"$id\\\") { mailsCount } }\"}")"

work=$(mktemp -d)
stream=
trap '[[ -z "$stream" ]] || kill "$stream" 2>/dev/null || true; rm -rf "$work"' EXIT
mkfifo "$work/stream"
"${ask[@]}" --no-buffer -H 'Accept: multipart/mixed' "$api" \
  --data-urlencode "query=subscription { sessionMailReceived(id: \"$id\") { headerSubject } }" >"$work/stream" &
stream=$!
exec 4<"$work/stream"
# The server sends the first delimiter, without a line end, when the subscription has started.
IFS= read -r -t 20 -N 16 opening <&4
expect '--dropmail-event' "$opening"
for subject in one two; do
  printf 'Subject: %s\r\n\r\nHello\r\n' "$subject" |
    curl --silent --show-error --noproxy '*' "smtp://$SMTP" --mail-from a@sender.test --mail-rcpt "$address" --upload-file -
  event=
  while [[ "$event" != *'}'* ]]; do IFS= read -r -t 20 event <&4; done
  expect "\"headerSubject\":\"$subject\"" "$event"
done
echo "curl: GET, form, no Content-Type header, and a subscription that received two mails"
