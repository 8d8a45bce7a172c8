import { setImmediate } from 'node:timers/promises';
import { BatchWatch } from '../../api/batches/watch';
import { newProgress } from '../../domain/batch/progress';
import type { BatchRecord } from '../../domain/batch/protocol';
import { batchId, channelName } from '../../domain/identifiers';

const recordOf = (channel: string, id: string): BatchRecord =>
  ({
    channel: channelName(channel),
    batchId: batchId(id),
    progress: newProgress(1, '2026-11-24T03:05:00.000Z'),
  }) as BatchRecord; // all that a watch looks at

describe('a channel that follows many batches', () => {
  it('has one of them looked at at a time, with a pause between, and keeps no other channel waiting', async () => {
    const looks: { channel: string; end: () => void }[] = [];
    const pauses: number[] = [];
    const find = (channel: string, id: string) =>
      new Promise<BatchRecord>((resolve) => {
        looks.push({ channel, end: () => resolve(recordOf(channel, id)) });
      });
    const watch = new BatchWatch({ find }, async (ms) => void pauses.push(ms));
    const over = new AbortController();
    const follow = (channel: string, id: string) => watch.after(recordOf(channel, id), over.signal);
    const followed = Array.from({ length: 5 }, (_, at) => follow('eve', `batch-${at}`));
    followed.push(follow('alice', 'batch-1'), follow('alice', 'batch-1')); // two who follow one
    over.abort(); // after the looks that they wait for now
    await setImmediate();
    expect(looks.map(({ channel }) => channel)).toEqual(['eve', 'alice']);
    for (let ended = 0; ended < 6; ended += 1) {
      const underWay = looks.slice(ended).filter(({ channel }) => channel === 'eve');
      expect(underWay.length).toBeLessThanOrEqual(1);
      looks[ended]?.end();
      await setImmediate();
    }
    await Promise.all(followed);
    expect(looks.map(({ channel }) => channel)).toEqual(['eve', 'alice', 'eve', 'eve', 'eve', 'eve']);
    expect(pauses.filter((ms) => ms === 100)).toHaveLength(6);
  });
});
