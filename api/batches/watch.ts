import { setTimeout } from 'node:timers/promises';
import type { Batches } from '../../client/batches';
import type { BatchRecord } from '../../domain/batch/protocol';
import type { BatchId, ChannelName } from '../../domain/identifiers';

/** Between two looks at a batch while anybody watches it, ms. */
const LOOK_EVERY_MS = 1_000;

/** Looks at batches for all who watch them: however many watch one, a process looks at it once a second. */
export class BatchWatch {
  private readonly looks = new Map<string, Promise<BatchRecord | undefined>>();

  constructor(
    private readonly batches: Pick<Batches, 'find'>,
    private readonly everyMs = LOOK_EVERY_MS,
  ) {}

  /**
   * Waits for another record than the known one.
   * @returns undefined where there is none any more, or the waiting was ended
   * @throws TemporalUnavailable, PurchaseUnreadable
   */
  async after(known: BatchRecord, signal: AbortSignal): Promise<BatchRecord | undefined> {
    for (;;) {
      if (signal.aborted) return undefined;
      const now = await this.nextLook(known.channel, known.batchId);
      if (!now || now.progress.revision !== known.progress.revision) return now;
    }
  }

  private nextLook(channel: ChannelName, id: BatchId): Promise<BatchRecord | undefined> {
    const key = `${channel}:${id}`;
    const look =
      this.looks.get(key) ??
      setTimeout(this.everyMs, undefined, { ref: false })
        .then(() => this.batches.find(channel, id))
        .finally(() => this.looks.delete(key));
    this.looks.set(key, look);
    return look;
  }
}
