import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '../../channel/key';
import { NoticeCannotBeVerified, UnverifiedNotice, verifyNotice } from '../../sdk/index';

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

const [earlier, later] = [-3_600_000, 3_600_000].map((ms) => new Date(Date.now() + ms));
const { 'Webhook-Signature': _, ...unsigned } = signed(secret);

describe('a notice that is not to be believed', () => {
  it.each([
    ['signed by somebody else', signed(foreign), BODY, 'wrong_signature'],
    ['changed on its way', signed(secret), BODY.replace('order-1', 'order-2'), 'wrong_signature'],
    ['sent once more an hour later', signed(secret, BODY, earlier), BODY, 'too_old'],
    ['received by a clock that is an hour slow', signed(secret, BODY, later), BODY, 'from_the_future'],
    ['not signed at all', {}, BODY, 'missing_header'],
    ['stripped of a header by a proxy', unsigned, BODY, 'missing_header'],
  ])('is refused and says why: %s', (__, headers, body, reason) => {
    const verify = () => verifyNotice(headers, body, [secret, next]);
    expect(verify).toThrow(UnverifiedNotice);
    expect(verify).toThrow(expect.objectContaining({ reason }));
  });
});

describe('a receiver that is not set up', () => {
  // `never`: what JavaScript lets a caller pass
  const verifyAnything = (body: unknown, secrets: unknown) =>
    verifyNotice(signed(secret), body as never, secrets as never);

  it.each([
    ['no secret', undefined],
    ['an empty secret', ''],
    ['a secret of spaces', '  '],
    ['a misspelt secret', 'whsec_not base64!'],
    ['a variable that is not set, as text', 'undefined'],
    ['a secret that anybody could guess', 'whsec_AA=='],
    ['a list without secrets', []],
    ['a list with a hole', [secret, undefined]],
  ])('learns that the fault is its own, not a forgery: %s', (__, given) => {
    expect(() => verifyAnything(BODY, given)).toThrow(NoticeCannotBeVerified);
  });

  it('learns that a parsed body cannot be verified', () => {
    expect(() => verifyAnything(JSON.parse(BODY), secret)).toThrow(/raw/);
  });

  it('may have a line break behind its secret, as secret files do', () => {
    expect(verifyNotice(signed(secret), BODY, `${secret}\n`).id).toBe('refund_1');
  });
});
