#!/usr/bin/env bash
# Verifies a notice's signature (Standard Webhooks) with openssl.
# Usage: DATACODE_WEBHOOK_SECRET=whsec_… ./verify-notice.sh <webhook-id> <webhook-timestamp> <webhook-signature> < body
set -euo pipefail
secret=${DATACODE_WEBHOOK_SECRET:?'set DATACODE_WEBHOOK_SECRET to the secret of your webhook'}
id=$1 timestamp=$2 signatures=$3

key=$(printf %s "${secret#whsec_}" | base64 --decode | od -An -v -tx1 | tr -d ' \n')
expected=$({ printf '%s.%s.' "$id" "$timestamp"; cat; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)

age=$(($(date +%s) - timestamp))
if [ "${age#-}" -gt 300 ]; then
  echo 'refused: the notice is too old' >&2
  exit 1
fi
for signature in $signatures; do # several during a rotation of the secret
  if [ "$signature" = "v1,$expected" ]; then
    echo "verified: $id"
    exit 0
  fi
done
echo 'refused: the signature is not valid' >&2
exit 1
