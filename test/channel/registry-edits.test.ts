import { describeKey, newWebhookSecret } from '../../channel/key';
import {
  addKey,
  endWebhookSecretRotation,
  expireKey,
  revokeKey,
  rotateWebhookSecret,
} from '../../channel/registry-edits';
import { registryFileSchema } from '../../channel/registry-file';

const secret = newWebhookSecret();
const registry = registryFileSchema.parse({
  about: 'kept',
  channels: ['shop', 'app'].map((name) => ({
    name,
    keys: [describeKey(`dck_live_${name}1`)],
    paymentForm: 'postpaid',
    discountClass: 'standard',
    webhookUrl: 'https://shop.example/refunds',
    webhookSecret: secret,
    enabled: true,
  })),
});
const shop = (file: typeof registry) => file.channels[0];

describe('a key that is replaced', () => {
  it('is first joined by the new one, then expires, then goes', () => {
    const joined = addKey(registry, 'shop', 'dck_live_shop2', { scopes: ['read'], label: 'reports' });
    expect(shop(joined)?.keys).toEqual([
      describeKey('dck_live_shop1'),
      { ...describeKey('dck_live_shop2'), scopes: ['read'], label: 'reports' },
    ]);
    const expiring = expireKey(joined, 'shop', 'hop1', new Date('2026-12-01T00:00:00Z'));
    expect(shop(expiring)?.keys.map(({ expiresAt }) => expiresAt)).toEqual([
      '2026-12-01T00:00:00.000Z',
      undefined,
    ]);
    const gone = revokeKey(expiring, 'shop', 'hop1');
    expect(shop(gone)?.keys.map(({ lastFour }) => lastFour)).toEqual(['hop2']);
    expect(registryFileSchema.parse(gone)).toEqual(gone);
    expect([gone.about, gone.channels[1]]).toEqual(['kept', registry.channels[1]]);
  });

  it('is named by its hash where two end alike', () => {
    const alike = addKey(registry, 'shop', 'dck_test_shop1', {});
    const { hash } = describeKey('dck_test_shop1');
    expect(() => revokeKey(alike, 'shop', 'hop1')).toThrow(/Several keys[^]*by its hash/);
    expect(shop(revokeKey(alike, 'shop', hash.slice(0, 8)))?.keys).toEqual([describeKey('dck_live_shop1')]);
  });

  it('is not revoked while it is the last', () => {
    expect(() => revokeKey(registry, 'shop', 'hop1')).toThrow(/last key of shop[^]*add another first/);
  });

  it('does not expire at once while no other works, and is not added when it would never work', () => {
    const past = new Date('2026-11-01T00:00:00Z');
    expect(() => expireKey(registry, 'shop', 'hop1', past)).toThrow(/last key of shop/);
    const other = addKey(registry, 'shop', 'dck_live_shop2', {});
    const [, ...rest] = shop(other)?.keys ?? [];
    const over = {
      ...other,
      channels: [
        {
          ...registry.channels[0],
          keys: [
            describeKey('dck_live_shop1'),
            ...rest.map((key) => ({ ...key, expiresAt: '2026-10-01T00:00:00Z' })),
          ],
        },
      ],
    } as typeof registry; // as an earlier version left it
    expect(() => expireKey(over, 'shop', 'hop1', past)).toThrow(/last key of shop/);
    expect(() => addKey(registry, 'shop', 'k', { expiresAt: past.toISOString() })).toThrow(/never work/);
  });

  it('must be there, and its channel too', () => {
    expect(() => revokeKey(registry, 'shop', 'none')).toThrow(/shop has no key "none"[^]*hop1/);
    expect(() => revokeKey(registry, 'shop', describeKey('dck_live_shop1').hash.slice(0, 7))).toThrow(
      /no key/,
    );
    expect(() => addKey(registry, 'nobody', 'k', {})).toThrow(/no channel "nobody"; there are: shop, app/);
  });
});

describe('a webhook secret that is rotated', () => {
  it('goes on beside the new one until it is ended', () => {
    const next = newWebhookSecret();
    const rotating = rotateWebhookSecret(registry, 'shop', next);
    expect(shop(rotating)).toMatchObject({ webhookSecret: next, previousWebhookSecret: secret });
    expect(registryFileSchema.parse(rotating)).toEqual(rotating);
    expect(() => rotateWebhookSecret(rotating, 'shop', secret)).toThrow(/under way[^]*--again/);
    const lost = newWebhookSecret();
    expect(shop(rotateWebhookSecret(rotating, 'shop', lost, true))).toMatchObject({
      webhookSecret: lost,
      previousWebhookSecret: secret,
    });
    const ended = endWebhookSecretRotation(rotating, 'shop');
    expect(shop(ended)?.webhookSecret).toBe(next);
    expect(shop(ended)).not.toHaveProperty('previousWebhookSecret');
    expect(() => endWebhookSecretRotation(ended, 'shop')).toThrow(/one webhook secret only/);
  });
});
