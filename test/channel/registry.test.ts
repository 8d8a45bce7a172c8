import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeKey, mayDo, newChannelKey, newWebhookSecret } from '../../channel/key';
import { loadRegistry } from '../../channel/registry';
import { channelName } from '../../domain/identifiers';
import { vnd } from '../../domain/vnd';

const folder = mkdtempSync(path.join(tmpdir(), 'registry-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(channels: readonly unknown[]): string {
  const file = path.join(folder, 'channels.json');
  writeFileSync(file, JSON.stringify({ channels }));
  return file;
}

function registration(name: string, ...keys: readonly string[]) {
  return {
    name,
    keys: keys.map(describeKey),
    paymentForm: 'postpaid',
    discountClass: 'standard',
    webhookUrl: 'https://shop.example/refunds',
    webhookSecret: newWebhookSecret(),
    enabled: true,
  };
}

describe('a key that a channel presents', () => {
  const [first, second, other] = [
    newChannelKey('dck_live_'),
    newChannelKey('dck_live_'),
    newChannelKey('dck_test_'),
  ];
  const registry = loadRegistry(written([registration('shop', first, second), registration('app', other)]));

  it('tells its channel, whichever of its keys it is', () => {
    expect(registry.byKey(first)?.channel.name).toBe('shop');
    expect(registry.byKey(second)?.channel.name).toBe('shop');
    expect(registry.byKey(other)?.channel.name).toBe('app');
  });

  it('tells nothing when it is not exactly that of a channel', () => {
    for (const wrong of [
      '',
      'x',
      first.slice(0, -1),
      `${first} `,
      first.toUpperCase(),
      describeKey(first).hash,
    ])
      expect(registry.byKey(wrong)).toBeUndefined();
  });

  it('keeps a scope that older registries gave it, which allows nothing; a warning names the key', () => {
    const { keys, ...rest } = registration('shop', first);
    const file = written([{ ...rest, keys: keys.map((key) => ({ ...key, scopes: ['read', 'ops'] })) }]);
    const warnings: string[] = [];
    const key = loadRegistry(file, { onWarning: (warning) => void warnings.push(warning) }).byKey(first)?.key;
    expect(key && [mayDo(key, 'read'), mayDo(key, 'submit')]).toEqual([true, false]);
    expect(warnings).toEqual([
      `the scope "ops" of the key ${first.slice(-4)} of shop allows nothing; remove it`,
    ]);
  });

  it('is in the registry by hash, beginning and end only', () => {
    const known = describeKey(first);
    expect(known).toEqual({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      prefix: 'dck_live_',
      lastFour: first.slice(-4),
    });
  });

  it('is not needed to find a channel by its name', () => {
    expect(registry.byName(channelName('app'))?.name).toBe('app');
    expect(registry.byName(channelName('nobody'))).toBeUndefined();
  });
});

describe('a channel that subscribes to states', () => {
  it('is read with them; one that does not say so has none', () => {
    const subscribed = {
      ...registration('shop', newChannelKey('dck_live_')),
      webhookStates: ['charging', 'succeeded'],
    };
    const registry = loadRegistry(written([subscribed, registration('app', newChannelKey('dck_live_'))]));
    expect(registry.byName(channelName('shop'))?.webhookStates).toEqual(['charging', 'succeeded']);
    expect(registry.byName(channelName('app'))?.webhookStates).toBeUndefined();
  });
});

describe('a limit that no package is cheap enough for', () => {
  const packages = [
    { faceValue: vnd(5_000), paymentForms: ['prepaid'] },
    { faceValue: vnd(10_000), paymentForms: ['prepaid', 'postpaid'] },
  ] as const;
  const shop = registration('shop', newChannelKey('dck_live_')); // postpaid
  const warningsOf = (limits: object, ofAll: object = {}) => {
    const file = written([{ ...shop, limits }]);
    const { channels } = JSON.parse(readFileSync(file, 'utf8')) as { channels: unknown[] };
    writeFileSync(file, JSON.stringify({ limits: ofAll, channels }));
    const warnings: string[] = [];
    loadRegistry(file, { packages, onWarning: (line) => warnings.push(line) });
    return warnings;
  };

  it('is warned of, since nothing can be sold', () => {
    expect(warningsOf({ amountPerNumberPerDay: 9_999 })).toEqual([
      expect.stringMatching(/^shop: amountPerNumberPerDay 9999 .*cheapest.*10000/),
    ]);
    expect(warningsOf({}, { amountPerNumberPerDay: 1 })).toEqual([
      expect.stringMatching(/^all channels: amountPerNumberPerDay 1 .*cheapest.*5000/),
    ]);
  });

  it('is none where one package can be sold', () => {
    expect(warningsOf({ amountPerNumberPerDay: 10_000 }, { amountPerNumberPerDay: 5_000 })).toEqual([]);
  });
});

describe('a registry with faults', () => {
  it('is refused with all of them at once, each by its place', () => {
    const file = written([
      { ...registration('Shop', 'k'), webhookUrl: 'ftp://x', webhookSecret: 'whsec_short' },
      { ...registration('app'), paymentForm: 'cash', colour: 'red' },
    ]);
    expect(() => loadRegistry(file)).toThrow(
      new RegExp(
        [
          '/channels/0/name',
          '/channels/0/webhookUrl',
          '/channels/0/webhookSecret',
          '/channels/1/keys',
          '/channels/1/paymentForm',
          'colour',
        ].join('[^]*'),
      ),
    );
  });

  it('is refused when a name or a key is given twice: who is who must be certain', () => {
    const key = newChannelKey('dck_test_');
    expect(() => loadRegistry(written([registration('shop', key), registration('shop', key)]))).toThrow(
      /\/channels\/1\/name: "shop" is given twice[^]*\/channels\/1\/keys\/0\/hash/,
    );
  });

  it('is refused for a secret of one character only, which nobody drew', () => {
    const zeros = `whsec_${Buffer.alloc(24).toString('base64')}`;
    const channels = [
      {
        ...registration('shop', newChannelKey('dck_live_')),
        webhookSecret: zeros,
        previousWebhookSecret: zeros,
      },
      {
        ...registration('app', newChannelKey('dck_live_')),
        requestSigning: { secret: 'a'.repeat(32), required: true },
      },
    ];
    expect(() => loadRegistry(written(channels))).toThrow(
      /\/channels\/0\/webhookSecret[^]*\/channels\/0\/previousWebhookSecret[^]*\/channels\/1\/requestSigning\/secret/,
    );
  });

  it('is used with a warning where channels have the same secret, which never quotes it', () => {
    const secret = newWebhookSecret();
    const warnings: string[] = [];
    const channels = [
      { ...registration('shop', newChannelKey('dck_live_')), webhookSecret: secret },
      { ...registration('app', newChannelKey('dck_live_')), previousWebhookSecret: secret },
      { ...registration('kiosk', newChannelKey('dck_live_')), previousWebhookSecret: undefined },
    ];
    loadRegistry(written(channels), { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([
      'shop and app have the same webhook secret: each can sign refund notices to the other; give each its own (datacode channels rotate-webhook-secret)',
    ]);
  });

  it('is refused for a webhook address with a password in it', () => {
    const file = written([{ ...registration('shop', 'k'), webhookUrl: 'https://u:p@shop.example/' }]);
    expect(() => loadRegistry(file)).toThrow(/\/channels\/0\/webhookUrl/);
  });

  it('is refused for a webhook on another machine without TLS, unless that host is named as unsafe', () => {
    const at = (webhookUrl: string) =>
      written([{ ...registration('shop', newChannelKey('dck_live_')), webhookUrl }]);
    for (const url of ['http://shop.example/refunds', 'HTTP://shop.example', 'http://10.0.0.5/'])
      expect(() => loadRegistry(at(url))).toThrow(/\/channels\/0\/webhookUrl: It must begin with https/);
    for (const url of ['http://127.0.0.1:4999/inbox', 'http://localhost/', 'HTTPS://shop.example'])
      expect(() => loadRegistry(at(url))).not.toThrow();
    expect(() =>
      loadRegistry(at('http://shop.example/refunds'), { insecureHttpHosts: ['shop.example'] }),
    ).not.toThrow();
  });

  it('is refused for a webhook where clouds keep their secrets, on whatever network it is', () => {
    const at = (webhookUrl: string) =>
      written([{ ...registration('shop', newChannelKey('dck_live_')), webhookUrl }]);
    for (const host of [
      '169.254.169.254',
      '[fe80::1]',
      '[fd00:ec2::254]',
      '168.63.129.16',
      '[::ffff:169.254.1.1]',
    ])
      expect(() => loadRegistry(at(`https://${host}/latest`))).toThrow(/webhookUrl: .*link-local/);
    for (const host of ['10.0.0.5', '[fd00::1]', '203.0.113.9', 'shop.example'])
      expect(() => loadRegistry(at(`https://${host}/`))).not.toThrow();
  });

  it('is refused for a test key where MobiFone itself is called, unless nothing is sold with it', () => {
    const gatewayUrl = 'https://gateway.example';
    const demo = registration('demo', newChannelKey('dck_live_'), newChannelKey('dck_test_'));
    expect(() => loadRegistry(written([demo]), { gatewayUrl })).toThrow(
      /\/channels\/0\/keys\/1: .*test key.*remove it/,
    );
    for (const usable of [
      [{ ...demo, enabled: false }],
      [{ ...demo, keys: demo.keys.map((key) => ({ ...key, expiresAt: '2026-01-01T00:00:00Z' })) }],
      [registration('shop', newChannelKey('dck_live_'))],
    ])
      expect(() => loadRegistry(written(usable), { gatewayUrl })).not.toThrow();
    for (const sandbox of [undefined, 'http://sandbox:4999'])
      expect(() => loadRegistry(written([demo]), { gatewayUrl: sandbox })).not.toThrow();
  });

  it('is refused for states that there are not, and for a previous secret that is none', () => {
    const file = written([
      { ...registration('shop', 'k'), webhookStates: ['sold'], previousWebhookSecret: 'whsec_short' },
    ]);
    expect(() => loadRegistry(file)).toThrow(/previousWebhookSecret[^]*webhookStates\/0/);
  });

  it('says how to get one when there is none', () => {
    expect(() => loadRegistry(path.join(folder, 'none.json'))).toThrow(/npm start[^]*CHANNELS_FILE/);
  });
});

describe('limits of what is sold to one number', () => {
  const key = newChannelKey('dck_live_');
  const withLimits = (limits: object, ofChannel: object = {}) => {
    const file = path.join(folder, 'limits.json');
    writeFileSync(
      file,
      JSON.stringify({ limits, channels: [{ ...registration('shop', key), limits: ofChannel }] }),
    );
    return file;
  };

  it('are those of the channel, and those over all channels', () => {
    const registry = loadRegistry(
      withLimits({ salesPerNumberPerDay: 10 }, { salesPerNumberPerDay: 3, amountPerNumberPerDay: 500_000 }),
    );
    expect(registry.numberLimits()).toEqual({ salesPerNumberPerDay: 10 });
    expect(registry.byName(channelName('shop'))?.limits).toEqual({
      salesPerNumberPerDay: 3,
      amountPerNumberPerDay: 500_000,
    });
  });

  it('are none unless set', () => {
    expect(loadRegistry(written([registration('shop', key)])).numberLimits()).toBeUndefined();
  });

  it.each([
    [{ salesPerNumberPerDay: 0 }, '/limits/salesPerNumberPerDay'],
    [{ salesPerNumberPerDay: 51 }, '/limits/salesPerNumberPerDay'],
    [{ amountPerNumberPerDay: 1.5 }, '/limits/amountPerNumberPerDay'],
    [{ requestsPerMinute: 3 }, '/limits'],
  ])('are refused with their place when they are %j', (limits, place) => {
    expect(() => loadRegistry(withLimits(limits))).toThrow(place);
  });
});
