#!/usr/bin/env bash
# Buys one package with curl, waits for the outcome, and handles a problem.
# Usage: DATACODE_KEY=dck_test_… ./buy.sh [number] [package]
set -euo pipefail
api=${DATACODE_API:-http://127.0.0.1:3000}
key=${DATACODE_KEY:?'set DATACODE_KEY to your key'}
number=${1:-0900000001} package=${2:-D90}
order=order-$(date +%s)-$RANDOM$RANDOM # your own id of the order: the same id is the same purchase, sold once
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# Writes the answer's body to a file and prints its status; a lost answer is asked for again, which is safe.
ask() {
  curl --silent --show-error --retry 5 --retry-all-errors --max-time 60 --output "$answer" \
    --write-out '%{http_code}' --header "Authorization: Bearer $key" --header 'Prefer: wait=30' "$@"
}
# A text or null of the answer's own fields, the first of that name.
field() { grep -o "\"$1\":\(\"[^\"]*\"\|null\)" "$answer" | head -n 1 | cut -d: -f2- | tr -d '"'; }

body="{\"externalId\":\"$order\",\"msisdn\":\"$number\",\"package\":\"$package\"}"
status=$(ask --header 'Content-Type: application/json' --data "$body" "$api/v1/purchases")
while true; do
  if [ "$status" -ge 400 ]; then
    echo "problem: $(field code): $(field detail)" >&2
    exit 1
  fi
  outcome=$(field outcome)
  [ "$outcome" = null ] || break
  status=$(ask "$api/v1/purchases/$order")
done
echo "outcome: $outcome"
[ "$outcome" = succeeded ] || echo 'A signed notice tells your webhook to refund the customer.'
