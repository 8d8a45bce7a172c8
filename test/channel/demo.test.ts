import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureDemoChannels } from '../../sandbox/demo-channels';
import { loadRegistry } from '../../channel/registry';
import { channelName } from '../../domain/identifiers';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'demo-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const registryFile = () => path.join(folder, 'channels.json');
const demoFile = () => path.join(folder, 'demo-channels.json');
const ensure = (port = 4999) =>
  ensureDemoChannels({ DATA_DIR: path.join(folder), CHANNELS_FILE: undefined, SANDBOX_PORT: port });

/** The registry as JSON, to be changed as an operator would. */
function edited(change: (channels: Record<string, unknown>[]) => unknown[]): void {
  const file: { channels: Record<string, unknown>[] } = JSON.parse(readFileSync(registryFile(), 'utf8'));
  writeFileSync(registryFile(), JSON.stringify({ channels: change(file.channels) }));
}

describe('the first start in a folder', () => {
  it('makes a postpaid and a prepaid channel whose keys open the registry', async () => {
    const demo = await ensure();
    expect(demo.map(({ name, paymentForm }) => [name, paymentForm])).toEqual([
      ['demo', 'postpaid'],
      ['demo-prepaid', 'prepaid'],
    ]);
    const registry = loadRegistry(registryFile());
    for (const { name, apiKey, paymentForm, webhookSecret } of demo) {
      expect(apiKey).toMatch(/^dck_test_[\w-]{32}$/);
      expect(registry.byKey(apiKey)?.channel).toMatchObject({
        name,
        paymentForm,
        webhookSecret,
        enabled: true,
        webhookUrl: `http://127.0.0.1:4999/inbox/${name}`,
      });
    }
  });

  it('keeps the secrets from other users, and keys out of the registry', async () => {
    const [demo] = await ensure();
    for (const file of [registryFile(), demoFile()]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(registryFile(), 'utf8')).not.toContain(demo?.apiKey);
    expect(JSON.parse(readFileSync(demoFile(), 'utf8'))).toEqual({ channels: await ensure() });
    expect(readdirSync(folder).sort()).toEqual(['channels.json', 'demo-channels.json']);
  });
});

describe('a later start', () => {
  it('changes nothing', async () => {
    const first = await ensure();
    const before = [readFileSync(registryFile(), 'utf8'), statSync(registryFile()).mtimeMs];
    expect(await ensure()).toEqual(first);
    expect([readFileSync(registryFile(), 'utf8'), statSync(registryFile()).mtimeMs]).toEqual(before);
  });

  it('follows the sandbox to another port, but not where somebody else’s webhook is set', async () => {
    await ensure();
    edited(([demo, prepaid]) => [{ ...demo, webhookUrl: 'https://shop.example/hook' }, { ...prepaid }]);
    await ensure(5999);
    const registry = loadRegistry(registryFile());
    expect(registry.byName(channelName('demo'))?.webhookUrl).toBe('https://shop.example/hook');
    expect(registry.byName(channelName('demo-prepaid'))?.webhookUrl).toBe(
      'http://127.0.0.1:5999/inbox/demo-prepaid',
    );
  });

  it('leaves other channels alone', async () => {
    await ensure();
    const hash = 'a'.repeat(64);
    edited((channels) => [
      { ...channels[0], name: 'shop', keys: [{ hash, prefix: 'dck_live_', lastFour: 'abcd' }] },
      ...channels,
    ]);
    await ensure();
    expect(loadRegistry(registryFile()).byName(channelName('shop'))?.keys[0]?.hash).toBe(hash);
  });

  it('makes new keys where the clear ones were lost, and the registry takes them', async () => {
    const [lost] = await ensure();
    rmSync(demoFile());
    const [made] = await ensure();
    expect(made?.apiKey).not.toBe(lost?.apiKey);
    expect(made?.webhookSecret).toBe(lost?.webhookSecret);
    expect(loadRegistry(registryFile()).byKey(made?.apiKey ?? '')?.channel.name).toBe('demo');
  });

  it('registers the same keys again where the registry was lost', async () => {
    const demo = await ensure();
    rmSync(registryFile());
    expect(await ensure()).toEqual(demo);
    expect(loadRegistry(registryFile()).byKey(demo[0]?.apiKey ?? '')?.channel.name).toBe('demo');
  });
});

describe('MobiFone itself instead of the sandbox', () => {
  it('gets no demo channels, whose test keys it does not sell for', async () => {
    const settings = { DATA_DIR: folder, SANDBOX_PORT: 4999, MOBIFONE_BASE_URL: 'https://gateway.example' };
    expect(await ensureDemoChannels(settings)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a registry of the operator’s own', () => {
  it('gets no demo channels', async () => {
    const own = { DATA_DIR: folder, CHANNELS_FILE: 'own.json', SANDBOX_PORT: 4999 };
    expect(await ensureDemoChannels(own)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
