import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describeKey, newWebhookSecret } from '../../channel/key';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { registryFileSchema } from '../../channel/registry-file';

const execute = promisify(execFile);

let folder: string;
let registry: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'channels-'));
  registry = path.join(folder, 'channels.json');
  const shop = {
    name: 'shop',
    keys: [describeKey('dck_live_first-D9g'), describeKey('dck_live_second')],
    paymentForm: 'postpaid',
    discountClass: 'standard',
    webhookUrl: 'https://shop.example/refunds',
    webhookSecret: newWebhookSecret(),
    enabled: true,
  };
  await writeFile(registry, JSON.stringify({ channels: [shop] }));
});
afterEach(() => rm(folder, { recursive: true }));

function channels(...words: readonly string[]) {
  const env = { ...process.env, CHANNELS_FILE: registry };
  return execute(process.execPath, typescriptEntry(path.resolve('cli/main.ts'), 'channels', ...words), {
    env,
  });
}

async function keys() {
  const { channels: listed } = registryFileSchema.parse(JSON.parse(await readFile(registry, 'utf8')));
  return listed[0]?.keys ?? [];
}

describe('a key whose last four characters begin with a dash', () => {
  it('expires and is revoked by them like any other', async () => {
    await channels('expire-key', 'shop', '-D9g', '24h');
    expect((await keys()).map(({ expiresAt }) => expiresAt !== undefined)).toEqual([true, false]);
    await channels('revoke-key', 'shop', '-D9g');
    expect(await keys()).toEqual([describeKey('dck_live_second')]);
  });

  it('does not let a misspelt option pass', async () => {
    await expect(channels('revoke-key', 'shop', 'cond', '--soon')).rejects.toThrow(/too many arguments/);
    expect(await keys()).toHaveLength(2);
  });
});
