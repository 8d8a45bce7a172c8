import { setTimeout } from 'node:timers/promises';
import type { Batches } from '../../client/batches';
import type { BatchRecord } from '../../domain/batch/protocol';
import type { BatchId, ChannelName } from '../../domain/identifiers';
import { SharedCalls } from '../../runtime/shared-calls';
import { Turns } from '../http/turns';

/** Between two looks at a batch while anybody watches it, ms. */
const LOOK_EVERY_MS = 1_000;
/** Looks that are under way at once: of all channels, and of one. */
const LOOKS_AT_ONCE = { inAll: 20, perChannel: 2 };
/** A look keeps its place for so long, ms: so a process looks five times a second for a channel, and fifty times for all. */
const LOOK_TURN_MS = 400;

/** Waits; ended by the signal, it throws. */
type Pause = (ms: number, ended?: AbortSignal) => Promise<void>;

const sleep: Pause = (ms, signal) => setTimeout(ms, undefined, { ref: false, ...(signal ? { signal } : {}) });

/**
 * Looks at batches for all who watch them: however many watch one, a process looks at it once a second, and less often the
 * more batches of its channel are watched. Streams stay open for long and cost no request, so this is what bounds them.
 */
export class BatchWatch {
  private readonly looks = new SharedCalls<BatchRecord | undefined>();
  private readonly turns = new Turns(LOOKS_AT_ONCE);

  constructor(
    private readonly batches: Pick<Batches, 'find'>,
    private readonly pause: Pause = sleep,
  ) {}

  /**
   * Waits for another record than the known one.
   * @returns undefined where there is none any more, or the waiting was ended
   * @throws TemporalUnavailable, PurchaseUnreadable
   */
  async after(known: BatchRecord, signal: AbortSignal): Promise<BatchRecord | undefined> {
    while (!signal.aborted) {
      const now = await this.nextLook(known.channel, known.batchId, signal);
      if (!now || now.progress.revision !== known.progress.revision) return now;
    }
    return undefined;
  }

  private nextLook(channel: ChannelName, id: BatchId, signal: AbortSignal): Promise<BatchRecord | undefined> {
    return this.looks.answer(`${channel}:${id}`, signal, (unwatched) => this.look(channel, id, unwatched));
  }

  private async look(
    channel: ChannelName,
    id: BatchId,
    unwatched: AbortSignal,
  ): Promise<BatchRecord | undefined> {
    await this.pause(LOOK_EVERY_MS, unwatched);
    const end = await this.turns.take(channel, unwatched);
    if (!end) return undefined;
    const turn = this.pause(LOOK_TURN_MS);
    try {
      return await this.batches.find(channel, id);
    } finally {
      void turn.then(end);
    }
  }
}
