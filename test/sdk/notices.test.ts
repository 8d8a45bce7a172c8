import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '../../channel/key';
import { UnverifiedNotice, verifyNotice } from '../../sdk/index';

const [secret, next, foreign] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
const BODY = JSON.stringify({ type: 'purchase.refund_due', data: { externalId: 'order-1' } });

function signed(by: string, body = BODY, at = new Date()): Record<string, string> {
  return {
    'Webhook-Id': 'refund_1',
    'Webhook-Timestamp': `${Math.floor(at.getTime() / 1000)}`,
    'Webhook-Signature': new Webhook(by).sign('refund_1', at, body),
  };
}

describe('a notice that the gateway signed', () => {
  it('is given with its id, by which a channel acts once', () => {
    expect(verifyNotice(signed(secret), BODY, secret)).toMatchObject({
      id: 'refund_1',
      notice: { data: { externalId: 'order-1' } },
    });
  });

  it('is taken with the headers as fetch has them, and the body as bytes', () => {
    expect(verifyNotice(new Headers(signed(secret)), Buffer.from(BODY), secret).id).toBe('refund_1');
  });

  it.each([secret, next])('is taken by either secret while they are being changed', (by) => {
    expect(verifyNotice(signed(by), BODY, [secret, next]).id).toBe('refund_1');
  });
});

describe('a notice that is not to be believed', () => {
  it.each([
    ['signed by somebody else', signed(foreign), BODY],
    ['changed on its way', signed(secret), BODY.replace('order-1', 'order-2')],
    ['sent once more an hour later', signed(secret, BODY, new Date(Date.now() - 3_600_000)), BODY],
    ['not signed at all', {}, BODY],
  ])('is refused: %s', (_, headers, body) => {
    expect(() => verifyNotice(headers, body, [secret, next])).toThrow(UnverifiedNotice);
  });
});
