import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultPayloadConverter, type PayloadCodec } from '@temporalio/common';
import { openEncryption, subscriberHashes, type Encryption } from '../../client/encryption';
import { ensureKeyRing, keyRingFile, makeKeyRing } from '../../encryption/key-ring-of-folder';
import { msisdn } from '../../domain/msisdn';
import { addKey, useKey } from '../../encryption/key-ring-edits';
import { keyRingOf } from '../../encryption/key-ring';
import { createKeyRing, newKey, readKeyRing } from '../../encryption/key-ring-file';
import { isEncrypted } from '../../encryption/payload-encryption';

const NUMBER = msisdn('84901234567');
const payload = defaultPayloadConverter.toPayload({ msisdn: NUMBER });

function codecOf({ dataConverter }: Encryption): PayloadCodec {
  const [codec] = dataConverter.payloadCodecs ?? [];
  if (!codec) throw new Error('payloads go to Temporal as they are');
  return codec;
}

let folder: string;
let settings: { DATA_DIR: string; ENCRYPTION: boolean; TEMPORAL_PORT: number };
const address = process.env['TEMPORAL_ADDRESS'];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'encryption-'));
  settings = { DATA_DIR: folder, ENCRYPTION: true, TEMPORAL_PORT: 7233 };
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  if (address === undefined) delete process.env['TEMPORAL_ADDRESS'];
  else process.env['TEMPORAL_ADDRESS'] = address;
});

describe('with the embedded server', () => {
  it('encryption is on from the first start, under a key ring of its own that stays', async () => {
    await ensureKeyRing(settings);
    const first = openEncryption(settings);
    const [hidden] = await codecOf(first).encode([payload]);
    expect(hidden && isEncrypted(hidden)).toBe(true);
    await ensureKeyRing(settings); // the next start, or another part
    const next = openEncryption(settings);
    expect(await codecOf(next).decode(hidden ? [hidden] : [])).toEqual([expect.objectContaining(payload)]);
    expect(next.subscriberHash(NUMBER)).toBe(first.subscriberHash(NUMBER));
  });

  it('a key ring that is gone is not made anew at the next start, which would lose what is written until it is back', async () => {
    await ensureKeyRing(settings);
    const ring = keyRingFile(settings);
    renameSync(ring, `${ring}.away`);
    await expect(ensureKeyRing(settings)).rejects.toThrow(
      /encryption-keys\.json is gone.*restore it from a backup/,
    );
    expect(existsSync(ring)).toBe(false);
    renameSync(`${ring}.away`, ring);
    await expect(ensureKeyRing(settings)).resolves.toEqual([]);
    rmSync(ring);
    await createKeyRing(ring, new Date()); // a person's decision: `npx datacode keys create`
    await expect(ensureKeyRing(settings)).resolves.toEqual([expect.stringMatching(/lacks the key/)]);
  });

  it('a key ring that is older than this rule is taken for in use as well', async () => {
    await createKeyRing(keyRingFile(settings), new Date());
    await ensureKeyRing(settings);
    rmSync(keyRingFile(settings));
    await expect(ensureKeyRing(settings)).rejects.toThrow(/is gone/);
  });

  it('a command makes no key ring, which would be another one wherever it is called', () => {
    expect(() => openEncryption(settings)).toThrow(/npx datacode keys create/);
    expect(existsSync(keyRingFile(settings))).toBe(false);
  });
});

describe('with an outside server', () => {
  it('nothing starts until a key ring is brought, or somebody says that there is none', async () => {
    process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';
    await ensureKeyRing(settings);
    expect(() => openEncryption(settings)).toThrow(/ENCRYPTION=off does without/);
    expect(() => openEncryption({ ...settings, ENCRYPTION: false })).not.toThrow();
  });

  it('a key ring that was made here is not made a second time once it is gone', async () => {
    process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';
    expect(await makeKeyRing(settings, false)).toBe(true);
    await ensureKeyRing(settings);
    rmSync(keyRingFile(settings));
    await expect(makeKeyRing(settings, false)).rejects.toThrow(/is gone.*restore it from a backup/);
    await expect(ensureKeyRing(settings)).rejects.toThrow(/is gone/);
    expect(existsSync(keyRingFile(settings))).toBe(false);
    expect(await makeKeyRing(settings, true)).toBe(true);
  });

  it('a key ring that was brought here is known once a process has started with it, from any data folder', async () => {
    process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';
    const ring = path.join(folder, 'secrets', 'ring.json');
    await createKeyRing(ring, new Date());
    const ofApi = { ...settings, DATA_DIR: path.join(folder, 'of-api'), ENCRYPTION_KEYS_FILE: ring };
    await ensureKeyRing(ofApi);
    expect(existsSync(ofApi.DATA_DIR)).toBe(false);
    rmSync(ring);
    const ofCommand = { ...ofApi, DATA_DIR: path.join(folder, 'of-command') };
    await expect(makeKeyRing(ofCommand, false)).rejects.toThrow(/is gone/);
  });

  it('a process starts with a key ring beside which it cannot write, such as one that is mounted to read', async () => {
    process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';
    const ring = path.join(folder, `${'r'.repeat(240)}.json`); // a longer name is refused, to root as well
    await createKeyRing(ring, new Date());
    await expect(ensureKeyRing({ ...settings, ENCRYPTION_KEYS_FILE: ring })).resolves.toEqual([]);
    expect(readdirSync(folder)).toEqual([path.basename(ring)]);
  });
});

describe('where encryption was turned off', () => {
  const off = () => openEncryption({ ...settings, ENCRYPTION: false, ENCRYPTION_MAY_END: true });

  it('all is written in clear, without a hash, and what was encrypted before is read', async () => {
    await createKeyRing(keyRingFile(settings), new Date());
    const hidden = await codecOf(openEncryption(settings)).encode([payload]);
    const { subscriberHash, dataConverter } = off();
    expect(await codecOf(off()).encode([payload])).toEqual([payload]);
    expect(await codecOf(off()).decode(hidden)).toEqual([expect.objectContaining(payload)]);
    expect(subscriberHash(NUMBER)).toBeUndefined();
    expect(dataConverter).not.toHaveProperty('failureConverterPath');
  });

  it('what is encrypted is told to be so where the key ring is gone as well', async () => {
    await createKeyRing(keyRingFile(settings), new Date());
    const hidden = await codecOf(openEncryption(settings)).encode([payload]);
    rmSync(keyRingFile(settings));
    await expect(codecOf(off()).decode(hidden)).rejects.toMatchObject({ reason: 'key_missing' });
  });
});

describe('a process without encryption beside others that encrypt', () => {
  const off = { ENCRYPTION: false };
  const refusal = /ENCRYPTION=false, and .*encryption-keys.* in use.* ENCRYPTION_MAY_END=true/;

  it('does not start, since numbers would go into the database in clear and its sales be refused', async () => {
    await ensureKeyRing(settings);
    expect(() => openEncryption({ ...settings, ...off })).toThrow(refusal);
    rmSync(keyRingFile(settings)); // what it leaves behind says that it was there
    expect(() => openEncryption({ ...settings, ...off })).toThrow(refusal);
  });

  it('does not start beside a ring of another place, or one that was never started with', async () => {
    const ring = path.join(folder, 'secrets', 'ring.json');
    await createKeyRing(ring, new Date());
    const named = { ...settings, ENCRYPTION_KEYS_FILE: ring, ...off };
    expect(() => openEncryption(named)).toThrow(/ring\.json .*in use/);
  });

  it('starts where there never was a ring', () => {
    expect(() => openEncryption({ ...settings, ...off })).not.toThrow();
  });
});

describe('a search for a subscriber', () => {
  it('names one hash for each period, so that no purchase is missed', async () => {
    await createKeyRing(keyRingFile(settings), new Date());
    const before = openEncryption(settings).subscriberHash(NUMBER);
    const key = newKey(new Date());
    const ring = keyRingOf(useKey(addKey(readKeyRing(keyRingFile(settings)), key), key.id, new Date()));
    const hashes = subscriberHashes(ring, NUMBER);
    expect(hashes).toHaveLength(2);
    expect(hashes).toContain(before);
  });
});
