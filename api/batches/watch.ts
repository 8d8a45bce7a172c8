import { setTimeout } from 'node:timers/promises';
import type { Batches } from '../../client/batches';
import type { BatchRecord } from '../../domain/batch/protocol';
import type { BatchId, ChannelName } from '../../domain/identifiers';

/** Between two looks at a batch while anybody watches it, ms. */
const LOOK_EVERY_MS = 1_000;
/** Between a look at a batch and the next one at another of the same channel, ms. */
const LOOK_APART_MS = 100;

/**
 * Looks at batches for all who watch them: however many watch one, a process looks at it once a second; and however many
 * batches a channel watches, at one of them at a time and ten in a second.
 */
export class BatchWatch {
  private readonly looks = new Map<string, Promise<BatchRecord | undefined>>();
  /** By channel, when the next of its batches may be looked at. */
  private readonly turns = new Map<ChannelName, Promise<void>>();

  constructor(
    private readonly batches: Pick<Batches, 'find'>,
    private readonly pause = (ms: number): Promise<void> => setTimeout(ms, undefined, { ref: false }),
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
    const look = this.looks.get(key) ?? this.look(channel, id).finally(() => this.looks.delete(key));
    this.looks.set(key, look);
    return look;
  }

  private async look(channel: ChannelName, id: BatchId): Promise<BatchRecord | undefined> {
    await this.pause(LOOK_EVERY_MS);
    const look = (this.turns.get(channel) ?? Promise.resolve()).then(() => this.batches.find(channel, id));
    const turn = look
      .catch(() => undefined) // told to whoever waits for the look
      .then(() => this.pause(LOOK_APART_MS))
      .finally(() => {
        if (this.turns.get(channel) === turn) this.turns.delete(channel);
      });
    this.turns.set(channel, turn);
    return look;
  }
}
