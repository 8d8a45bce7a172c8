import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { TemporalIdempotencyKeys } from '../../client/idempotency-keys';
import { keyedDigests, unkeyedDigest } from '../../client/idempotency-digests';
import { TemporalOrderClaims } from '../../client/order-claims';
import { TemporalSaleCounts } from '../../client/sale-counts';
import { packageCode } from '../../domain/catalogue/packages';
import { channelName, externalId, idempotencyKeyWorkflowId } from '../../domain/identifiers';
import type { LocalDay } from '../../domain/local-time';
import { msisdn } from '../../domain/msisdn';
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

describe('an Idempotency-Key that is written as what another digest is of', () => {
  const channel = channelName('shop');
  const order = externalId('order-1');
  const [number, code] = [msisdn('84901234567'), packageCode('D90')];
  const use = { externalId: order, fingerprint: 'of the order' };
  const digests = keyedDigests(ringOf(newKey(NOW)), false);

  /** Temporal, with the workflows that older versions recorded keys by; keeps the ids of those that are started. */
  function temporal(recorded: readonly string[] = []) {
    const started: string[] = [];
    const describe = (id: string) =>
      recorded.includes(id)
        ? Promise.resolve({ memo: { use }, startTime: NOW })
        : Promise.reject(new WorkflowNotFoundError('not found', id, undefined));
    const client = {
      withDeadline: (_: unknown, call: () => unknown) => call(),
      workflow: {
        start: async (type: string, { workflowId }: { workflowId: string }) => {
          if (recorded.includes(workflowId))
            throw new WorkflowExecutionAlreadyStartedError('there already', workflowId, type);
          started.push(workflowId);
          return { firstExecutionRunId: 'run' };
        },
        getHandle: (id: string) => ({ describe: () => describe(id) }),
      },
    } as unknown as Client; // what these three use of it
    return { started, settings: { taskQueue: 'purchases', digests }, client };
  }

  const digestIn = (id = '') => id.split(':').find((part) => part.length > 40);

  it.each([
    [
      'the claim of a sale',
      `claim ${number} ${code}`,
      ({ client, settings }: ReturnType<typeof temporal>) =>
        new TemporalOrderClaims(client, settings).claim(
          { channel, externalId: order, msisdn: number, package: code },
          1000,
        ),
    ],
    [
      'the count of a number',
      `count ${number}`,
      ({ client, settings }: ReturnType<typeof temporal>) =>
        new TemporalSaleCounts(client, settings).take(
          { of: undefined, msisdn: number, day: '2026-11-25' as LocalDay },
          1,
          { channel, externalId: order, amount: 90_000 },
        ),
    ],
  ])('says nothing of it to whoever sees the ids of both at Temporal: %s', async (_what, key, other) => {
    const sees = temporal();
    await other(sees);
    await new TemporalIdempotencyKeys(sees.client, sees.settings).claim(channel, key, use);
    const [ofOther, ofKey, ...more] = sees.started.map(digestIn);
    expect([ofOther, ofKey, ...more]).toEqual([expect.any(String), expect.any(String)]);
    expect(ofKey).not.toBe(ofOther);
  });

  it.each(['claim 17', 'count 17', 'key 17', 'order 17', '17'])(
    'is found as an older version recorded it: %s',
    async (key) => {
      const [digest] = digests(key);
      const { client, settings } = temporal([idempotencyKeyWorkflowId(channel, digest)]);
      const keys = new TemporalIdempotencyKeys(client, settings);
      expect(await keys.claim(channel, key, use)).toMatchObject({ kind: 'used' });
    },
  );

  it('is no other key than itself', async () => {
    const { started, client, settings } = temporal();
    const keys = new TemporalIdempotencyKeys(client, settings);
    for (const key of ['count 17', 'key count 17', 'key key count 17', 'key 17', '17'])
      expect(await keys.claim(channel, key, use)).toEqual({ kind: 'first' });
    expect(new Set(started).size).toBe(5);
  });
});
