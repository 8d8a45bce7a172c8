import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { followKeyRing } from '../../encryption/key-ring';
import { keyRingOf, subscriberHash } from '../../encryption/key-ring';
import { addKey, changeKeyRing, requireRetired, shredKey, useKey } from '../../encryption/key-ring-edits';
import { createKeyRing, newKey, readKeyRing, type KeyRingFile } from '../../encryption/key-ring-file';
import { msisdn } from '../../domain/msisdn';

const NUMBER = msisdn('84901234567');
const NOVEMBER = new Date('2026-11-25T03:00:00Z');
const DECEMBER = new Date('2026-12-01T03:00:00Z');

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'key-ring-'));
  file = path.join(folder, 'deep', 'encryption-keys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(ring: object): void {
  writeFileSync(file, JSON.stringify(ring), { mode: 0o600 });
}

/** A ring of one key, then one with a second that is written with. */
function twoPeriods(): { first: string; second: string; ring: KeyRingFile } {
  const one = newKey(NOVEMBER);
  const other = newKey(DECEMBER);
  const before: KeyRingFile = { current: one.id, keys: [one], shredded: [] };
  return { first: one.id, second: other.id, ring: useKey(addKey(before, other), other.id, DECEMBER) };
}

describe('a key ring that is made', () => {
  it('has one key, of 32 random bytes, named by its month, in a file for its owner only', async () => {
    expect(await createKeyRing(file, NOVEMBER)).toBe(true);
    const { current, keys } = readKeyRing(file);
    expect(keys).toEqual([
      {
        id: expect.stringMatching(/^2026-11-[0-9a-f]{6}$/),
        key: expect.any(String),
        madeAt: NOVEMBER.toISOString(),
        binds: true,
      },
    ]);
    expect(current).toBe(keys[0]?.id);
    expect(Buffer.from(keys[0]?.key ?? '', 'base64')).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(path.dirname(file))).toEqual(['encryption-keys.json']);
  });

  it('never takes the place of one that is there', async () => {
    await createKeyRing(file, NOVEMBER);
    const before = readFileSync(file, 'utf8');
    expect(await createKeyRing(file, DECEMBER)).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(path.dirname(file))).toEqual(['encryption-keys.json']);
  });
});

describe('a key ring that cannot be used', () => {
  it('is told with the way out when it is not there', () => {
    expect(() => readKeyRing(file)).toThrow(
      /is not there: restore it from its copy.* Only where nothing was ever encrypted, make one by `npx datacode keys create`/,
    );
  });

  it('is told with all its faults, and never with its keys', async () => {
    await createKeyRing(file, NOVEMBER);
    const short = Buffer.alloc(16, 7).toString('base64');
    const key = { id: 'Big', key: short, madeAt: 'yesterday' };
    write({ current: 'none', keys: [key] });
    const told = (() => {
      try {
        readKeyRing(file);
      } catch (fault) {
        return String(fault);
      }
      return 'nothing';
    })();
    for (const fault of ['/keys/0/id', '/keys/0/key', '/keys/0/madeAt']) expect(told).toContain(fault);
    expect(told).not.toContain(short);
  });

  it.each([
    [
      'whose current key is missing',
      { current: '2026-10-none' },
      /\/current: there is no key "2026-10-none"/,
    ],
    ['that has no key', { keys: [] }, /\/keys: must hold a key/],
  ])('is told when it is one %s', async (_, change, told) => {
    await createKeyRing(file, NOVEMBER);
    write({ ...readKeyRing(file), ...change });
    expect(() => readKeyRing(file)).toThrow(told);
  });

  it('is told when an id is there twice, since one of the keys could never be read with', async () => {
    const { ring } = twoPeriods();
    await createKeyRing(file, NOVEMBER);
    write({ ...ring, keys: [...ring.keys, { ...newKey(NOVEMBER), id: ring.current }] });
    expect(() => readKeyRing(file)).toThrow(/is there more than once/);
  });

  it('is told when others on the machine may read it', async () => {
    await createKeyRing(file, NOVEMBER);
    chmodSync(file, 0o640);
    expect(() => readKeyRing(file)).toThrow(/chmod 600/);
  });
});

describe('a key ring over its periods', () => {
  it('writes with the newest, reads with all, and says when each was last written with', () => {
    const { first, second, ring } = twoPeriods();
    const keys = keyRingOf(ring);
    expect(keys.current().id).toBe(second);
    expect(keys.byId(first).id).toBe(first);
    expect(keys.all().map(({ id }) => id)).toEqual([second, first]);
    expect(ring.keys.map(({ retiredAt }) => retiredAt)).toEqual([DECEMBER.toISOString(), undefined]);
  });

  it('may go back to a key, which is then no longer retired', () => {
    const { first, second, ring } = twoPeriods();
    const back = useKey(ring, first, DECEMBER);
    expect(back.current).toBe(first);
    expect(back.keys.find(({ id }) => id === first)).not.toHaveProperty('retiredAt');
    expect(back.keys.find(({ id }) => id === second)).toHaveProperty('retiredAt');
  });

  it('tells a key that was shredded from one that is missing', () => {
    const { first, ring } = twoPeriods();
    const keys = keyRingOf(shredKey(ring, first, { by: 'an operator', why: 'request 17', at: DECEMBER }));
    expect(() => keys.byId(first)).toThrow(expect.objectContaining({ reason: 'key_shredded', keyId: first }));
    expect(() => keys.byId('2026-10-zzz')).toThrow(
      expect.objectContaining({ reason: 'key_missing', keyId: '2026-10-zzz' }),
    );
  });

  it('keeps who shredded a key and why, and nothing of the key', () => {
    const { first, ring } = twoPeriods();
    const secret = ring.keys.find(({ id }) => id === first)?.key ?? 'none';
    const after = shredKey(ring, first, { by: 'an operator', why: 'request 17', at: DECEMBER });
    expect(after.shredded).toEqual([
      {
        id: first,
        madeAt: NOVEMBER.toISOString(),
        shreddedAt: DECEMBER.toISOString(),
        by: 'an operator',
        why: 'request 17',
      },
    ]);
    expect(JSON.stringify(after)).not.toContain(secret);
  });

  it('refuses to shred what is written with, what is not there, and what is gone already', () => {
    const { first, second, ring } = twoPeriods();
    expect(() => requireRetired(ring, second)).toThrow(/is the current key: rotate first/);
    expect(() => requireRetired(ring, 'other')).toThrow(
      `There is no key "other"; there are: ${first}, ${second}.`,
    );
    const after = shredKey(ring, first, { by: 'a', why: 'b', at: DECEMBER });
    expect(() => requireRetired(after, first)).toThrow(/was shredded already/);
    expect(() => useKey(after, first, DECEMBER)).toThrow(/was shredded already/);
  });
});

describe('the hash that a subscriber is found by', () => {
  const { first, second, ring } = twoPeriods();
  const keys = keyRingOf(ring);

  it('is the same for a number in a period, and for no other number', () => {
    const hash = subscriberHash(keys.current(), NUMBER);
    expect(hash).toMatch(/^sub_[0-9a-f]{32}$/);
    expect(subscriberHash(keyRingOf(ring).current(), NUMBER)).toBe(hash);
    expect(subscriberHash(keys.current(), msisdn('84901234568'))).not.toBe(hash);
  });

  it('says nothing of the number once the period’s key is gone: another key gives another hash', () => {
    expect(subscriberHash(keys.byId(first), NUMBER)).not.toBe(subscriberHash(keys.byId(second), NUMBER));
  });
});

describe('a key ring that is followed', () => {
  let now = 0;
  const faults: unknown[] = [];
  const follow = () => followKeyRing(file, { onUnusable: (fault) => faults.push(fault), clock: () => now });
  beforeEach(async () => {
    faults.length = 0;
    await createKeyRing(file, NOVEMBER);
  });

  it('writes with a new key within a second of its rotation', () => {
    const { first, second, ring } = twoPeriods();
    write({ ...ring, current: first, keys: ring.keys.filter(({ id }) => id === first) });
    const keys = follow();
    write(ring);
    now += 999;
    expect(keys.current().id).not.toBe(second);
    now += 1;
    expect(keys.current().id).toBe(second);
    expect(keys.all()).toHaveLength(2);
  });

  it('stays what it was when the file becomes unusable, and tells it once', () => {
    const keys = follow();
    const before = keys.current().id;
    writeFileSync(file, '{');
    now += 1000;
    expect(keys.current().id).toBe(before);
    now += 1000;
    expect(keys.byId(before).id).toBe(before);
    expect(faults.map(String)).toEqual([expect.stringContaining('is not JSON')]);
  });

  it('is not replaced by an older copy, which lacks a key that is in use, and the key is named once', () => {
    const { first, second, ring } = twoPeriods();
    write(ring);
    const keys = follow();
    write({ ...ring, current: first, keys: ring.keys.filter(({ id }) => id === first) });
    now += 1000;
    expect(keys.current().id).toBe(second);
    now += 1000;
    expect(keys.byId(second).id).toBe(second);
    expect(faults.map(String)).toEqual([expect.stringContaining(`lacks the key ${second}`)]);
  });

  it('is not replaced by a copy from before a key was shredded', () => {
    const { first, ring } = twoPeriods();
    write(shredKey(ring, first, { by: 'a', why: 'b', at: DECEMBER }));
    const keys = follow();
    write(ring);
    now += 1000;
    expect(() => keys.byId(first)).toThrow(expect.objectContaining({ reason: 'key_shredded' }));
    expect(faults.map(String)).toEqual([expect.stringContaining(`has the key ${first} again`)]);
  });

  it('forgets a key that was shredded', () => {
    const { first, ring } = twoPeriods();
    write(ring);
    const keys = follow();
    write(shredKey(ring, first, { by: 'a', why: 'b', at: DECEMBER }));
    now += 1000;
    expect(() => keys.byId(first)).toThrow(expect.objectContaining({ reason: 'key_shredded' }));
  });
});

const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('a key ring of the service’s own user', () => {
  asRoot('stays his when root shreds a key, so that the service can read that it is gone', async () => {
    await createKeyRing(file, NOVEMBER);
    const { first, ring } = twoPeriods();
    write(ring);
    chownSync(file, 61_301, 61_302);
    await changeKeyRing(file, (found) => shredKey(found, first, { by: 'a', why: 'b', at: DECEMBER }));
    expect(readKeyRing(file).shredded).toHaveLength(1);
    const { uid, gid, mode } = statSync(file);
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 61_301, gid: 61_302, mode: 0o600 });
  });
});

describe('a key ring that several commands change', () => {
  it('is changed as it is then, and not as a command read it before', async () => {
    await createKeyRing(file, NOVEMBER);
    const added = newKey(DECEMBER);
    await changeKeyRing(file, (ring) => useKey(addKey(ring, added), added.id, DECEMBER));
    const before = await changeKeyRing(file, (ring) => {
      const [first] = ring.keys;
      return shredKey(ring, first?.id ?? '', { by: 'lan', why: 'retention', at: DECEMBER });
    });
    expect(before.current).toBe(added.id);
    expect(readKeyRing(file)).toMatchObject({ current: added.id, keys: [{ id: added.id }] });
  });

  it('is changed by one at a time; the other is told to come again, and nothing is lost', async () => {
    await createKeyRing(file, NOVEMBER);
    const [one, other] = [newKey(DECEMBER), newKey(DECEMBER)];
    let second: Promise<unknown> = Promise.resolve();
    await changeKeyRing(file, (ring) => {
      second = changeKeyRing(file, (found) => addKey(found, other)).catch((fault: unknown) => fault);
      return addKey(ring, one);
    });
    const came = await second;
    const ids = readKeyRing(file).keys.map(({ id }) => id);
    expect(ids).toContain(one.id);
    expect(ids.includes(other.id)).toBe(!(came instanceof Error));
  });
});
