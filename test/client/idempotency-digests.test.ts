import { keyedDigests, unkeyedDigest } from '../../client/idempotency-digests';
import { keyRingOf } from '../../encryption/key-ring';
import { newKey, type RingKey } from '../../encryption/key-ring-file';

const NOW = new Date('2026-11-25T03:00:00Z');
const NUMBER = '0901234567';
const ringOf = (current: RingKey, ...others: RingKey[]) =>
  keyRingOf({ current: current.id, keys: [current, ...others], shredded: [] });

describe('an Idempotency-Key that is a telephone number', () => {
  const first = newKey(NOW);
  const second = newKey(NOW);
  const { binds: _, ...former } = newKey(NOW);

  it('cannot be found by trying all numbers: its digest needs the key ring, which all processes share', () => {
    const [digest, ...others] = keyedDigests(ringOf(first), false)(NUMBER);
    expect(digest).not.toBe(unkeyedDigest(NUMBER));
    expect(keyedDigests(ringOf(first), false)(NUMBER)).toEqual([digest]);
    expect(keyedDigests(ringOf(second), false)(NUMBER)).not.toContain(digest);
    expect(others).toEqual([]);
  });

  it('is found again after a rotation', () => {
    const [before] = keyedDigests(ringOf(first), false)(NUMBER);
    const [now, ...earlier] = keyedDigests(ringOf(second, first), false)(NUMBER);
    expect(now).not.toBe(before);
    expect(earlier).toEqual([before]);
  });

  it('is found again under the unkeyed digest of older versions, as long as there is a key of those', () => {
    expect(keyedDigests(ringOf(first, former), false)(NUMBER)).toContain(unkeyedDigest(NUMBER));
    expect(keyedDigests(ringOf(first), true)(NUMBER)).toContain(unkeyedDigest(NUMBER));
  });
});
