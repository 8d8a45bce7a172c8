import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { WorkerPresence } from '../../client/worker-presence';

const timestamp = (ms: number) => msToTs(ms);

/** A server that lists one worker's heartbeat, and when it last asked for work. */
class ScriptedServer {
  beat: { at: number; everyMs: number } | undefined;
  askedAt = 0;
  isOld = false;

  readonly client = {
    options: { namespace: 'default' },
    withDeadline: (_: unknown, call: () => Promise<unknown>) => call(),
    workflowService: {
      listWorkers: () => {
        if (this.isOld)
          return Promise.reject(
            Object.assign(new Error('unknown method'), {
              code: status.UNIMPLEMENTED,
              details: '',
              metadata: {},
            }),
          );
        const heartbeat = this.beat && {
          heartbeatTime: timestamp(this.beat.at),
          elapsedSinceLastHeartbeat: timestamp(this.beat.everyMs),
        };
        return Promise.resolve({ workersInfo: heartbeat ? [{ workerHeartbeat: heartbeat }] : [] });
      },
      describeTaskQueue: () =>
        Promise.resolve({ pollers: this.askedAt ? [{ lastAccessTime: timestamp(this.askedAt) }] : [] }),
    },
  } as unknown as Client; // what the presence asks of it
}

describe('whether a queue has workers', () => {
  let server: ScriptedServer;
  let nowMs: number;
  let presence: WorkerPresence;
  beforeEach(() => {
    server = new ScriptedServer();
    nowMs = 0;
    presence = new WorkerPresence(server.client, 'purchases', () => nowMs);
  });
  const later = (ms: number, beat = false) => {
    nowMs += ms;
    if (beat && server.beat) server.beat = { ...server.beat, at: server.beat.at + ms };
    return presence.hasWorkers();
  };

  it('is known within some 20 seconds of its death, though it has asked for work a moment ago', async () => {
    server.beat = { at: Date.now(), everyMs: 5_000 };
    server.askedAt = Date.now();
    expect(await later(0)).toBe(true);
    expect(await later(5_000, true)).toBe(true);
    expect(await later(15_000)).toBe(true); // three beats may be late
    expect(await later(5_000)).toBe(false);
    expect(await later(5_000, true)).toBe(true); // another one
  });

  it('does not depend on the clock of the worker', async () => {
    server.beat = { at: Date.now() - 7_200_000, everyMs: 5_000 };
    server.askedAt = Date.now();
    expect(await later(0)).toBe(true);
    expect(await later(5_000, true)).toBe(true);
    expect(await later(20_000)).toBe(false);
  });

  it('gives a worker that beats once a minute, as one of an earlier build, its time', async () => {
    server.beat = { at: Date.now(), everyMs: 60_000 };
    server.askedAt = Date.now();
    expect(await later(0)).toBe(true);
    expect(await later(60_000, true)).toBe(true);
    expect(await later(120_000)).toBe(true);
    expect(await later(120_000)).toBe(false);
  });

  it('is false at the first look where the beat is old and nobody asks for work', async () => {
    server.beat = { at: Date.now() - 60_000, everyMs: 5_000 };
    server.askedAt = Date.now() - 120_000;
    expect(await later(0)).toBe(false);
  });

  it.each(['old', 'without heartbeats'])(
    'is told by who asks for work where the server is %s',
    async (kind) => {
      server.isOld = kind === 'old';
      expect(await later(0)).toBe(false);
      server.askedAt = Date.now() - 10_000;
      expect(await later(0)).toBe(true);
    },
  );
});
