"""Buys one package, or verifies a notice's signature. Needs only Python's standard library.

DATACODE_KEY=dck_test_… python3 datacode.py buy [number] [package]
DATACODE_KEY=dck_test_… DATACODE_WEBHOOK_SECRET=whsec_… python3 datacode.py ping [kind of notice]
DATACODE_WEBHOOK_SECRET=whsec_… python3 datacode.py verify <id> <timestamp> <signature> < body
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

API = os.environ.get("DATACODE_API", "http://127.0.0.1:3000")
LONGEST_PAUSE = 20  # seconds; a pause that is longer is not waited for: your customer is


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """The key must not be sent to another host, nor what that answers be believed."""

    def redirect_request(self, *_):
        return None


API_OPENER = urllib.request.build_opener(NoRedirects)


class Problem(Exception):
    """The API refused the request; `document` is the problem document."""

    def __init__(self, document, retry_after):
        lines = [f"{fault['pointer']}: {fault['detail']}" for fault in document.get("errors", [])]
        if retry_after:
            lines.append(f"Retry-After: {retry_after:.0f} seconds")
        super().__init__("\n  ".join([f"{document['code']}: {document['detail']}", *lines]))
        self.document = document


class Refused(Exception):
    """A notice that is not to be believed, or that cannot be verified."""


def setting(name, meaning):
    return os.environ.get(name) or sys.exit(f"set {name} to {meaning}")


def send(path, body=None, tries=5):
    """Sends a request; repeats it after a lost response or a retryable problem."""
    request = urllib.request.Request(
        API + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": "Bearer " + setting("DATACODE_KEY", "your key"),
            "Content-Type": "application/json",
            "Prefer": "wait=30",
        },
    )
    for attempt in range(1, tries + 1):
        pause = 2**attempt / 4
        try:
            with API_OPENER.open(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            is_problem = error.headers.get_content_type() == "application/problem+json"
            retry_after = float(error.headers.get("Retry-After", 0))
            fault = Problem(json.load(error), retry_after) if is_problem else error
            if is_problem and not fault.document["retryable"]:
                raise fault from error
            pause = max(pause, retry_after)
        except (OSError, ValueError) as error:  # no response, or one that was cut off
            fault = error
        if attempt == tries or pause > LONGEST_PAUSE:
            raise fault
        time.sleep(pause)


def buy(number="0900000001", package="D90"):
    order = f"order-{uuid.uuid4()}"  # your own order id; the same id is the same purchase, sold once
    purchase = send("/v1/purchases", {"externalId": order, "msisdn": number, "package": package})
    while purchase["outcome"] is None:
        purchase = send(f"/v1/purchases/{order}")
    print("outcome:", purchase["outcome"])
    if purchase["outcome"] != "succeeded":
        print("Your webhook receives a signed notice to refund the customer.")


def check(notice_id, timestamp, signatures, body):
    """Verifies a Standard Webhooks signature. Call it before you parse the body."""
    secret = setting("DATACODE_WEBHOOK_SECRET", "the secret of your webhook")
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        if len(key) < 24:  # anybody could guess it
            raise ValueError
    except ValueError:
        raise Refused("DATACODE_WEBHOOK_SECRET must be the secret as it was given to you, whsec_…") from None
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > 300:
        raise Refused("refused: the notice is more than five minutes old, or your clock is wrong")
    signed = f"{notice_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    if not any(hmac.compare_digest(expected, given) for given in signatures.split()):
        raise Refused("refused: the signature is of another secret or another body")
    print("verified:", notice_id)


def verify(notice_id, timestamp, signatures):
    check(notice_id, timestamp, signatures, sys.stdin.buffer.read())


def ping(kind="purchase.refund_due"):
    """Has a test notice sent to the webhook, shows what it answered, and verifies what was sent."""
    result = send("/v1/webhook/ping", {"type": kind}, tries=1)
    print("webhook:", result["attempt"]["detail"])
    sent = result["sent"] or sys.exit("nothing was sent")
    print("body:", sent["body"])
    headers = [sent["headers"]["webhook-" + name] for name in ("id", "timestamp", "signature")]
    check(*headers, sent["body"].encode())


if __name__ == "__main__":
    command, *arguments = sys.argv[1:] or ["buy"]
    try:
        {"buy": buy, "verify": verify, "ping": ping}[command](*arguments)
    except Problem as problem:
        sys.exit(f"problem: {problem}")
    except Refused as refused:
        sys.exit(str(refused))
    except OSError as error:
        sys.exit(f"no response of {API}: {error}. Is it running?")
    except (KeyError, TypeError, ValueError):
        sys.exit(__doc__)
