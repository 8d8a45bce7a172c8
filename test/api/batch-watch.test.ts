import { setMaxListeners } from 'node:events';
import { BatchWatch } from '../../api/batches/watch';
import { newRecord } from '../../client/batches';
import { batchId, channelName } from '../../domain/identifiers';
import type { BatchRecord } from '../../domain/batch/protocol';

const SECOND_MS = 1_000;

/** Batches whose looks are counted, and a clock that is the test's. */
class WatchLab {
  readonly looked: string[] = [];
  private now = 0;
  private sleepers: { at: number; wake: () => void }[] = [];
  readonly revisions = new Map<string, number>();
  readonly watch = new BatchWatch(
    {
      find: async (channel, id) => {
        this.looked.push(`${channel}:${id}`);
        return record(channel, id, this.revisions.get(id));
      },
    },
    (ms, ended) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: this.now + ms, wake: resolve };
        this.sleepers.push(sleeper);
        ended?.addEventListener('abort', () => {
          this.sleepers = this.sleepers.filter((each) => each !== sleeper);
          reject(new Error('ended'));
        });
      }),
  );

  open(channel: string, id: string, ended = new AbortController().signal): Promise<BatchRecord | undefined> {
    return this.watch.after(record(channel, id), ended);
  }

  /** Lets so many seconds pass, a tenth at a time. */
  async pass(seconds: number): Promise<void> {
    for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
      this.now += SECOND_MS / 10;
      const due = this.sleepers.filter(({ at }) => at <= this.now);
      this.sleepers = this.sleepers.filter(({ at }) => at > this.now);
      for (const { wake } of due) wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get sleeping(): number {
    return this.sleepers.length;
  }
}

function record(channel: string, id: string, revision = 0): BatchRecord {
  const batch = {
    channel: channelName(channel),
    batchId: batchId(id),
    digest: 'd',
    rows: [],
    acceptedAt: '',
  };
  const made = newRecord(batch);
  return { ...made, progress: { ...made.progress, revision } };
}

const COUNT = 500;
const ids = Array.from({ length: COUNT }, (_, at) => `list-${at}`);

describe('a channel that watches five hundred batches', () => {
  it('has them looked at five times a second in all, each of them in its turn', async () => {
    const lab = new WatchLab();
    for (const id of ids) void lab.open('flood', id);
    await lab.pass(100 + 2);
    expect(lab.looked.length).toBeLessThanOrEqual(5 * 102);
    expect(new Set(lab.looked).size).toBe(COUNT);
  });

  it('leaves another channel its look each second', async () => {
    const lab = new WatchLab();
    for (const id of ids) void lab.open('flood', id);
    await lab.pass(10);
    void lab.open('shop', 'list');
    await lab.pass(10);
    const own = lab.looked.filter((each) => each === 'shop:list').length;
    expect(own).toBeGreaterThanOrEqual(8);
    expect(own).toBeLessThanOrEqual(10);
  });

  it('is told of a change by all streams of a batch, which share a look', async () => {
    const lab = new WatchLab();
    const streams = ids.map(() => lab.open('shop', 'list'));
    lab.revisions.set('list', 7);
    await lab.pass(1);
    expect(lab.looked).toEqual(['shop:list']);
    expect((await Promise.all(streams)).map((told) => told?.progress.revision)).toEqual(ids.map(() => 7));
  });

  it('has nothing looked at any more once nobody watches, and is kept by no look that waits for its turn', async () => {
    const lab = new WatchLab();
    const gone = new AbortController();
    setMaxListeners(COUNT, gone.signal);
    const streams = ids.map((id) => lab.open('flood', id, gone.signal));
    await lab.pass(2);
    gone.abort();
    expect(new Set(await Promise.all(streams))).toEqual(new Set([undefined]));
    const before = lab.looked.length;
    await lab.pass(10);
    expect([lab.looked.length, lab.sleeping]).toEqual([before, 0]);
  });
});

describe('many channels that watch many batches', () => {
  it('have them looked at fifty times a second in all', async () => {
    const lab = new WatchLab();
    for (let channel = 0; channel < 40; channel += 1)
      for (const id of ids.slice(0, 20)) void lab.open(`shop-${channel}`, id);
    await lab.pass(20);
    expect(lab.looked.length).toBeLessThanOrEqual(50 * 20);
    expect(new Set(lab.looked.map((each) => each.split(':')[0])).size).toBe(40);
  });
});
