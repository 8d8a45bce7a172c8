import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addKey, shredKey, useKey } from '../../encryption/key-ring-edits';
import { newKey, readKeyRing, type KeyRingFile } from '../../encryption/key-ring-file';
import { ensureKeyRing, keyRingFile, makeKeyRing, openKeyRing } from '../../encryption/key-ring-of-folder';

const NOW = new Date('2026-12-01T03:00:00Z');

let folder: string;
let settings: { DATA_DIR: string; ENCRYPTION: boolean; TEMPORAL_PORT: number };
let older: KeyRingFile;
let newest: KeyRingFile;
const address = process.env['TEMPORAL_ADDRESS'];
const trace = () => path.join(folder, 'encryption-keys.in-use');
const put = (ring: KeyRingFile) =>
  writeFileSync(keyRingFile(settings), JSON.stringify(ring), { mode: 0o600 });

/** What a process does at its start. */
async function start(): Promise<readonly string[]> {
  const faults = await ensureKeyRing(settings);
  openKeyRing(settings).writing?.current();
  return faults;
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'keys-in-use-'));
  settings = { DATA_DIR: folder, ENCRYPTION: true, TEMPORAL_PORT: 7233 };
  process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';
  await makeKeyRing(settings, false);
  older = readKeyRing(keyRingFile(settings));
  const key = newKey(NOW);
  newest = useKey(addKey(older, key), key.id, NOW);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  if (address === undefined) delete process.env['TEMPORAL_ADDRESS'];
  else process.env['TEMPORAL_ADDRESS'] = address;
});

describe('a start with an older copy of the key ring', () => {
  it('names the key that it lacks, and starts, since a missing key stops only what needs it', async () => {
    put(newest);
    expect(await start()).toEqual([]);
    put(older);
    for (const again of [await start(), await start()])
      expect(again).toEqual([
        expect.stringMatching(
          new RegExp(`encryption-keys.json lacks the key ${newest.current}.*newest copy`),
        ),
      ]);
    put(newest);
    expect(await start()).toEqual([]);
  });

  it('names the key that was shredded and is there again', async () => {
    put(shredKey(newest, older.current, { by: 'lan', why: 'retention', at: NOW }));
    expect(await start()).toEqual([]);
    put(newest);
    expect(await start()).toEqual([
      expect.stringContaining(`has the key ${older.current} again, which was shredded`),
    ]);
  });

  it('knows the keys that a running process took over while it ran', async () => {
    let now = 0;
    const { writing } = openKeyRing(settings, { onUnusable: () => undefined, clock: () => now });
    put(newest);
    now += 1_000;
    expect(writing?.current().id).toBe(newest.current);
    put(older);
    expect(await start()).toEqual([expect.stringContaining(newest.current)]);
  });

  it('is not noticed by what an earlier version left, which names no key, and is from then on', async () => {
    writeFileSync(trace(), 'Data is encrypted with encryption-keys.json.\n');
    put(newest);
    expect(await start()).toEqual([]);
    expect(readFileSync(trace(), 'utf8')).toMatch(/^Data is encrypted[^]*^key 20/m);
    put(older);
    expect(await start()).toHaveLength(1);
  });
});

describe('what a key ring leaves beside it', () => {
  it('names each key once, and holds none', async () => {
    put(newest);
    for (let at = 0; at < 3; at += 1) await start();
    const text = readFileSync(trace(), 'utf8');
    for (const { id, key } of newest.keys) {
      expect(text.split('\n').filter((line) => line === `key ${id}`)).toHaveLength(1);
      expect(text).not.toContain(key);
    }
  });

  it('is not made by a command that only reads the ring', () => {
    rmSync(trace());
    openKeyRing(settings).writing?.current();
    expect(existsSync(trace())).toBe(false);
  });

  it('forgets the keys whose data was given up with a ring that was gone', async () => {
    put(newest);
    await start();
    rmSync(keyRingFile(settings));
    expect(await makeKeyRing(settings, true)).toBe(true);
    expect(await start()).toEqual([]);
  });
});
