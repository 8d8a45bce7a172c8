import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { followRegistry } from '../../channel/registry';
import { describeKey, newWebhookSecret } from '../../channel/key';

const folder = mkdtempSync(path.join(tmpdir(), 'registry-'));
const file = path.join(folder, 'channels.json');
afterAll(() => rmSync(folder, { recursive: true }));

function write(...keys: readonly string[]): void {
  const channel = {
    name: 'shop',
    keys: keys.map(describeKey),
    paymentForm: 'postpaid',
    discountClass: 'standard',
    webhookUrl: 'https://shop.example/refunds',
    webhookSecret: newWebhookSecret(),
    enabled: true,
  };
  writeFileSync(file, JSON.stringify({ channels: [channel] }));
}

describe('a registry that is followed', () => {
  let now = 0;
  const faults: unknown[] = [];
  const follow = () => followRegistry(file, { onUnusable: (fault) => faults.push(fault), clock: () => now });
  beforeEach(() => {
    faults.length = 0;
    write('first');
  });

  it('takes what the file says within a second of its change, and does not look more often', () => {
    const registry = follow();
    write('first', 'second');
    now += 999;
    expect(registry.byKey('second')).toBeUndefined();
    now += 1;
    expect(registry.byKey('second')?.channel.name).toBe('shop');
    write('second');
    now += 1_000;
    expect(registry.byKey('first')).toBeUndefined();
  });

  it('stays as it is when the file is broken or gone, tells it once, and goes on when it is mended', () => {
    const registry = follow();
    for (const breaking of [() => writeFileSync(file, '{"channels": ['), () => rmSync(file)]) {
      faults.length = 0;
      breaking();
      for (const pause of [1_000, 1_000]) {
        now += pause;
        expect(registry.byKey('first')?.channel.name).toBe('shop');
      }
      expect(faults).toEqual([expect.objectContaining({ message: expect.stringContaining(file) })]);
    }
    write('mended');
    now += 1_000;
    expect(registry.byKey('mended')?.channel.name).toBe('shop');
  });
});
