import { performance } from 'node:perf_hooks';
import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import { optionalTsToMs, tsToMs } from '@temporalio/common/lib/time';
import { WORKER_HEARTBEAT_MS } from '../domain/worker-heartbeat';
import { askedLately, describedSide } from './new-work';
import { answerOf, CALL_DEADLINE_MS, hasCode } from './temporal-answers';

/** So many heartbeats that do not come are no delay. */
const MISSED_BEATS = 4;
const PAGE = 100;
const MOST_PAGES = 10;

/** The latest sign of life of a queue's workers. */
interface Beat {
  /** By the worker's own clock, which may be off; milliseconds since 1970. */
  at: number;
  /** The pause between two of them. */
  everyMs: number;
}

/**
 * Whether a queue has workers: whether their heartbeats go on, by our own clock. Where that is not known yet, on the first
 * look or with a server that keeps no heartbeats (before 1.30), whether one has asked for work lately.
 */
export class WorkerPresence {
  private last: { beat: Beat; changedAt: number; lookedAt: number; isBeating: boolean } | undefined;

  constructor(
    private readonly client: Client,
    private readonly queue: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws TemporalUnavailable */
  async hasWorkers(): Promise<boolean> {
    const beat = await this.latestBeat();
    if (!beat) return this.hasPollers();
    const now = this.now();
    const limit = MISSED_BEATS * Math.max(WORKER_HEARTBEAT_MS, beat.everyMs);
    const { last } = this;
    const isChanged = beat.at !== last?.beat.at;
    const changedAt = isChanged ? now : last.changedAt;
    // After a long time of not looking, a change says only that it lived some time since.
    const isBeating = isChanged ? last !== undefined && now - last.lookedAt < limit : last.isBeating;
    this.last = { beat, changedAt, lookedAt: now, isBeating };
    if (now - changedAt >= limit) return false;
    return isBeating || this.hasPollers();
  }

  /** Undefined where no worker has sent one, or the server keeps none. */
  private async latestBeat(): Promise<Beat | undefined> {
    const { namespace } = this.client.options;
    const query = `TaskQueue = '${this.queue}'`;
    let latest: Beat | undefined;
    let nextPageToken: Uint8Array | undefined;
    try {
      for (let page = 0; page < MOST_PAGES && nextPageToken?.length !== 0; page += 1) {
        const token = nextPageToken ? { nextPageToken } : {};
        const answer = await answerOf(this.client, CALL_DEADLINE_MS, () =>
          this.client.workflowService.listWorkers({ namespace, query, pageSize: PAGE, ...token }),
        );
        for (const { workerHeartbeat } of answer.workersInfo ?? []) {
          const at = workerHeartbeat?.heartbeatTime ? tsToMs(workerHeartbeat.heartbeatTime) : 0;
          const everyMs = optionalTsToMs(workerHeartbeat?.elapsedSinceLastHeartbeat) ?? 0;
          if (at > (latest?.at ?? 0)) latest = { at, everyMs };
        }
        nextPageToken = answer.nextPageToken ?? new Uint8Array();
      }
    } catch (fault) {
      if (!hasCode(fault, status.UNIMPLEMENTED) && !hasCode(fault, status.PERMISSION_DENIED)) throw fault;
    }
    return latest;
  }

  private async hasPollers(now: Date = new Date()): Promise<boolean> {
    const { pollers } = await describedSide(this.client, { queue: this.queue, type: 'workflow' });
    return (pollers ?? []).some((poller) => askedLately(poller, now));
  }
}
