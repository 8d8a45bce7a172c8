import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readKeyRing } from '../../encryption/key-ring-file';
import { addNewKey, beginPeriod, create, list, rotate, shred } from '../../cli/keys/ring';

let folder: string;
let said: string;
const { DATA_DIR: before } = process.env;
const ring = () => readKeyRing(path.join(folder, 'encryption-keys.json'));
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'keys-'));
  process.env['DATA_DIR'] = folder;
  said = '';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  }
  await create({ giveUpData: false });
});
afterEach(() => {
  jest.restoreAllMocks();
  if (before === undefined) delete process.env['DATA_DIR'];
  else process.env['DATA_DIR'] = before;
  process.exitCode = 0;
  rmSync(folder, { recursive: true });
});

describe('datacode keys', () => {
  it('makes a key ring once, and never over one that is there', async () => {
    const made = ring();
    await create({ giveUpData: false });
    expect(ring()).toEqual(made);
    expect(said).toMatch(/is there already; nothing was changed/);
    expect(process.exitCode).toBe(1);
  });

  it('makes none in place of one that is gone, unless its data is given up', async () => {
    rmSync(path.join(folder, 'encryption-keys.json'));
    writeFileSync(path.join(folder, 'encryption-keys.in-use'), '');
    await expect(create({ giveUpData: false })).rejects.toThrow(/is gone, .* restore it from a backup/);
    expect(ring).toThrow(/is not there: restore it from its copy/);
    await create({ giveUpData: true });
    expect(ring().keys).toHaveLength(1);
  });

  it('brings a key to every machine before any writes with it', async () => {
    const first = ring().current;
    await addNewKey({});
    expect(ring().current).toBe(first);
    const added = ring().keys[1]?.id ?? 'none';
    expect(said).toContain(`datacode keys use ${added}`);
    await beginPeriod(added, {});
    expect(ring().current).toBe(added);
  });

  it('rotates from a timer only when the key is old enough', async () => {
    const first = ring().current;
    await rotate({ ifOlderThan: 3_600_000 });
    expect(ring().current).toBe(first);
    await rotate({});
    expect(ring().current).not.toBe(first);
    expect(ring().keys).toHaveLength(2);
  });

  it('changes no older copy of the ring, which would lose a key for good, unless its data is given up', async () => {
    const older = readFileSync(path.join(folder, 'encryption-keys.json'));
    await rotate({});
    const lost = ring().current;
    writeFileSync(path.join(folder, 'encryption-keys.json'), older, { mode: 0o600 });
    const refusal = new RegExp(`lacks the key ${lost}.*newest copy.*--give-up-data`);
    for (const change of [() => addNewKey({}), () => beginPeriod(ring().current, {}), () => rotate({})])
      await expect(change()).rejects.toThrow(refusal);
    list({});
    expect(said).toMatch(new RegExp(`lacks the key ${lost}`));
    await rotate({ giveUpData: true });
    said = '';
    await rotate({});
    list({});
    expect(said).not.toContain(lost);
  });

  it('shreds no key in an older copy of the ring, since the newest one would bring it back', async () => {
    await addNewKey({});
    const spare = ring().keys[1]?.id ?? 'none';
    const older = readFileSync(path.join(folder, 'encryption-keys.json'));
    await rotate({});
    writeFileSync(path.join(folder, 'encryption-keys.json'), older, { mode: 0o600 });
    const asked = { by: 'lan', why: 'retention', yes: true, nothingLeft: false };
    await expect(shred(spare, asked)).rejects.toThrow(/lacks the key/);
  });

  it('shreds a key again that an older copy has brought back', async () => {
    await addNewKey({});
    const spare = ring().keys[1]?.id ?? 'none';
    const older = readFileSync(path.join(folder, 'encryption-keys.json'));
    const asked = { by: 'lan', why: 'retention', yes: true, nothingLeft: false };
    await shred(spare, asked);
    writeFileSync(path.join(folder, 'encryption-keys.json'), older, { mode: 0o600 });
    await expect(rotate({})).rejects.toThrow(`has the key ${spare} again, which was shredded`);
    await shred(spare, asked);
    await rotate({});
    expect(ring().shredded.map(({ id }) => id)).toEqual([spare]);
  });

  it('lists which key is for what, and shows no key', async () => {
    await rotate({});
    said = '';
    list({});
    expect(said).toMatch(/written with until .*\n.*current\n$/);
    for (const { key } of ring().keys) expect(said).not.toContain(key);
  });
});
