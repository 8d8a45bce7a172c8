#!/usr/bin/env bash
# Buys one package with curl, waits for the outcome, and handles a problem.
# Usage: DATACODE_KEY=dck_test_… ./buy.sh [number] [package]
set -euo pipefail
api=${DATACODE_API:-http://127.0.0.1:3000}
key=${DATACODE_KEY:?'set DATACODE_KEY to your key'}
number=${1:-0900000001} package=${2:-D90}
order=order-$(date +%s)-$RANDOM$RANDOM # your own order id; the same id is the same purchase, sold once
response=$(mktemp) headers=$(mktemp)
trap 'rm -f "$response" "$headers"' EXIT

# Writes the response to files and prints its status. Repeats a request without a response, which is safe; a pause that
# would be longer than --retry-max-time is not waited for: your customer is. What is secret is in no argument, which every
# user of the machine could read.
request() {
  curl --silent --show-error --retry 5 --retry-all-errors --retry-max-time 60 --max-time 60 --output "$response" \
    --dump-header "$headers" --write-out '%{http_code}' --header @<(printf 'Authorization: Bearer %s' "$key") \
    --header 'Prefer: wait=30' "$@"
}
# The first field of that name in the response: a string or null.
field() { grep -o "\"$1\":\(\"[^\"]*\"\|null\)" "$response" | head -n 1 | cut -d: -f2- | tr -d '"'; }

body="{\"externalId\":\"$order\",\"msisdn\":\"$number\",\"package\":\"$package\"}"
status=$(request --header 'Content-Type: application/json' --data @<(printf %s "$body") "$api/v1/purchases")
while true; do
  if [ "$status" -ge 400 ]; then
    echo "problem: $(field code): $(field detail)" >&2
    grep -o '"pointer":"[^}]*"' "$response" >&2 || true # each faulty field
    grep -i '^retry-after:' "$headers" >&2 || true      # in seconds
    exit 1
  fi
  outcome=$(field outcome)
  [ "$outcome" = null ] || break
  status=$(request "$api/v1/purchases/$order")
done
echo "outcome: $outcome"
[ "$outcome" = succeeded ] || echo 'Your webhook receives a signed notice to refund the customer.'
