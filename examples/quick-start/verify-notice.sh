#!/usr/bin/env bash
# Verifies a notice's signature (Standard Webhooks) with openssl.
# Usage: DATACODE_WEBHOOK_SECRET=whsec_… ./verify-notice.sh <webhook-id> <webhook-timestamp> <webhook-signature> < body
# Without arguments, and with DATACODE_KEY, it has a test notice sent to the webhook and verifies what was sent.
set -euo pipefail
secret=${DATACODE_WEBHOOK_SECRET:?'set DATACODE_WEBHOOK_SECRET to the secret of your webhook'}

if [ $# -eq 0 ]; then
  result=$(curl --silent --show-error "${DATACODE_API:-http://127.0.0.1:3000}/v1/webhook/ping" \
    --header @<(printf 'Authorization: Bearer %s' "${DATACODE_KEY:?'set DATACODE_KEY to your key'}") \
    --header 'Content-Type: application/json' --data '{"type":"purchase.refund_due"}')
  # The text of that name in the result, without the escapes of JSON.
  field() { sed -nE "s/.*\"$1\":\"((\\\\.|[^\"\\\\])*)\".*/\\1/p" <<<"$result" | sed 's/\\\(.\)/\1/g'; }
  echo "webhook: $(field detail)"
  body=$(field body) id=$(field webhook-id) timestamp=$(field webhook-timestamp) signatures=$(field webhook-signature)
  if [ -z "$body" ]; then
    echo 'nothing was sent' >&2
    exit 1
  fi
  echo "body: $body"
else
  id=$1 timestamp=$2 signatures=$3 body=$(cat; printf .) body=${body%.} # the shell would take off the last line feed
fi

key=$(printf %s "${secret#whsec_}" | base64 --decode 2>/dev/null | od -An -v -tx1 | tr -d ' \n') || key=
if [ "${#key}" -lt 48 ] || [ "${#key}" -gt 128 ]; then # a secret has 24 to 64 bytes: a shorter one anybody could guess
  echo 'DATACODE_WEBHOOK_SECRET must be the secret as it was given to you, whsec_…' >&2
  exit 1
fi
# HMAC by its definition: given to openssl as an argument, the key would be read in the list of processes by every user.
while [ "${#key}" -lt 128 ]; do key+=00; done
masked() { for ((i = 0; i < 128; i += 2)); do printf "\\x$(printf %02x $((16#${key:i:2} ^ $1)))"; done; }
inner() { { masked 0x36; printf '%s.%s.%s' "$id" "$timestamp" "$body"; } | openssl dgst -sha256 -binary; }
expected=$({ masked 0x5c; inner; } | openssl dgst -sha256 -binary | base64)

# Digits only, before the shell calculates with it: it would run what the name of a variable's place says.
[[ $timestamp =~ ^[0-9]{1,12}$ ]] || timestamp=0
age=$(($(date +%s) - 10#$timestamp))
if [ "${age#-}" -gt 300 ]; then
  echo 'refused: the notice is more than five minutes old, or your clock is wrong' >&2
  exit 1
fi
for signature in $signatures; do # several during a rotation of the secret
  if [ "$signature" = "v1,$expected" ]; then
    echo "verified: $id"
    exit 0
  fi
done
echo 'refused: the signature is of another secret or another body' >&2
exit 1
