import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describeKey, newWebhookSecret } from '../../channel/key';
import { withLockFile } from '../../runtime/lock-file';
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
  return channelsWith({}, ...words);
}

function channelsWith(settings: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const env = { ...process.env, CHANNELS_FILE: registry, ...settings };
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

const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('channels with one webhook secret', () => {
  it('are named by the list, since each can sign notices to the other', async () => {
    const {
      channels: [shop],
    } = registryFileSchema.parse(JSON.parse(await readFile(registry, 'utf8')));
    const app = { ...shop, name: 'app', keys: [describeKey('dck_live_third')] };
    await writeFile(registry, JSON.stringify({ channels: [shop, app] }));
    const { stderr } = await channels('list');
    expect(stderr).toContain('shop and app have the same webhook secret');
  });
});

describe('a registry of the service’s own user', () => {
  asRoot('stays his when root revokes a key, so that the service can read that it is revoked', async () => {
    await chmod(registry, 0o600);
    await chown(registry, 61_301, 61_302);
    await channels('revoke-key', 'shop', '-D9g');
    expect(await keys()).toEqual([describeKey('dck_live_second')]);
    const { uid, gid, mode } = await stat(registry);
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 61_301, gid: 61_302, mode: 0o600 });
  });
});

describe('a registry that another command changes at the same moment', () => {
  it('is left to that one; whoever comes second is told so, and loses nothing', async () => {
    const before = await readFile(registry, 'utf8');
    await withLockFile(`${registry}.lock`, async () => {
      const refused = `Process ${process.pid} changes ${registry} just now; run this again.`;
      await expect(channels('revoke-key', 'shop', '-D9g')).rejects.toMatchObject({
        stderr: expect.stringContaining(refused),
      });
      expect(await readFile(registry, 'utf8')).toBe(before);
    });
    await channels('revoke-key', 'shop', '-D9g');
    expect(await keys()).toEqual([describeKey('dck_live_second')]);
    expect(await readdir(folder)).toEqual(['channels.json']);
  });

  it('has what each of many commands did', async () => {
    const adding = Array.from({ length: 4 }, (_, at) =>
      channels('add-key', 'shop', '--label', `by-${at}`).then(
        () => [`by-${at}`],
        (fault: { stderr: string }) => {
          expect(fault.stderr).toContain('run this again');
          return [];
        },
      ),
    );
    const added = (await Promise.all(adding)).flat();
    const labels = (await keys()).flatMap(({ label }) => label ?? []);
    expect(labels.toSorted()).toEqual(added.toSorted());
  });
});

describe('a channel that has had test keys only, where MobiFone itself is called', () => {
  const MOBIFONE = { MOBIFONE_BASE_URL: 'https://gateway.example' };

  it('is listed with the keys that are refused, and gets a live key next', async () => {
    const file = JSON.parse(await readFile(registry, 'utf8')) as { channels: object[] };
    const keys = [describeKey('dck_test_first')];
    await writeFile(registry, JSON.stringify({ channels: [{ ...file.channels[0], keys }] }));
    const { stdout } = await channelsWith(MOBIFONE, 'list');
    expect(stdout).toMatch(/^ {2}dck_test_….*test key.*refuse the registry/m);
    expect((await channelsWith(MOBIFONE, 'add-key', 'shop')).stdout).toMatch(/^dck_live_/m);
    expect((await channels('add-key', 'shop')).stdout).toMatch(/^dck_live_/m);
  });
});

describe('a registry with a webhook URL that must not be called', () => {
  const withPlainUrl = async () => {
    const file = JSON.parse(await readFile(registry, 'utf8')) as { channels: object[] };
    const [shop] = file.channels;
    const plain = {
      ...shop,
      name: 'plain',
      webhookUrl: 'http://10.0.0.9/refunds',
      keys: [describeKey('dck_live_third')],
    };
    await writeFile(registry, JSON.stringify({ channels: [shop, plain] }));
  };

  it('is listed in whole, with the fault beside its channel', async () => {
    await withPlainUrl();
    const { stdout } = await channels('list');
    expect(stdout).toMatch(/^shop .*\n {2}dck_/m);
    expect(stdout).toMatch(/^plain .*\n {2}its webhook URL must begin with https:/m);
  });

  it('is listed with the limit that no package is cheap enough for, and a webhook where clouds keep secrets', async () => {
    const file = JSON.parse(await readFile(registry, 'utf8')) as { channels: object[] };
    const shop = {
      ...file.channels[0],
      webhookUrl: 'https://169.254.169.254/',
      limits: { amountPerNumberPerDay: 1 },
    };
    await writeFile(registry, JSON.stringify({ channels: [shop] }));
    const { stdout, stderr } = await channels('list');
    expect(stdout).toMatch(/its webhook URL is at a link-local address/);
    expect(stderr).toMatch(/shop: amountPerNumberPerDay 1 /);
  });

  it('says so for programs as well', async () => {
    await withPlainUrl();
    const { stdout } = await channels('list', '--json');
    const listed = JSON.parse(stdout) as { name: string; webhookUrlFault: string | null }[];
    expect(listed.map(({ webhookUrlFault }) => webhookUrlFault)).toEqual([
      null,
      expect.stringContaining('must begin with https://'),
    ]);
  });
});
