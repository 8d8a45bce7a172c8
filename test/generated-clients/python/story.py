"""A channel with the client that openapi-python-client generates: buys, is refused, verifies a notice."""

import base64
import hashlib
import hmac
import json
import os
import uuid

from datacode_api_client import AuthenticatedClient
from datacode_api_client.api.notices import get_notice, ping_webhook
from datacode_api_client.api.purchases import get_purchase, submit_purchase
from datacode_api_client.models import (
    Problem,
    PurchaseRequest,
    RefundNotice,
    WebhookPingRequest,
    TestNoticeType,
)

client = AuthenticatedClient(base_url=os.environ["DATACODE_API"], token=os.environ["DATACODE_KEY"], timeout=60)


def buy(number, package):
    order = f"python-{uuid.uuid4()}"
    body = PurchaseRequest(external_id=order, msisdn=number, package=package)
    purchase = submit_purchase.sync(client=client, body=body, prefer="wait=30")
    while not isinstance(purchase, Problem) and purchase.outcome is None:
        purchase = get_purchase.sync(order, client=client, prefer="wait=30")
    return purchase


def is_signed(headers, body):
    key = base64.b64decode(os.environ["DATACODE_WEBHOOK_SECRET"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return any(hmac.compare_digest(expected, given) for given in headers["webhook-signature"].split())


print("bought:", buy("0900000001", "D90").outcome)
print("charge refused:", buy("0900000402", "D90").reason.code)
refused = buy("0900000001", "D999")
print("refused:", refused.code, refused.errors[0].pointer)
print("unreadable:", get_notice.sync("x" * 20_000, client=client).code)

ping = ping_webhook.sync(client=client, body=WebhookPingRequest(type_=TestNoticeType.PURCHASE_REFUND_DUE))
headers, body = ping.sent.headers.to_dict(), ping.sent.body
notice = RefundNotice.from_dict(json.loads(body))
print("verified:", is_signed(headers, body), notice.data.refund.amount, notice.data.refund.currency)
print("forged:", is_signed(headers, body.replace("90000", "90001")))
