import { setTimeout } from 'node:timers/promises';
import type { Batches } from '../../client/batches';
import type { BatchRecord } from '../../domain/batch/protocol';
import type { BatchId, ChannelName } from '../../domain/identifiers';
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
  private readonly looks = new Map<string, SharedLook>();
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
    const key = `${channel}:${id}`;
    const known = this.looks.get(key);
    if (known) return known.answerTo(signal);
    const forget = (ended: SharedLook): void => {
      if (this.looks.get(key) === ended) this.looks.delete(key);
    };
    const look = new SharedLook((unwatched) => this.look(channel, id, unwatched), forget);
    this.looks.set(key, look);
    return look.answerTo(signal);
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

/** One look that all who watch a batch share. It is given up when the last of them has left. */
class SharedLook {
  private readonly unwatched = new AbortController();
  private readonly record: Promise<BatchRecord | undefined>;
  private watching = 0;

  constructor(
    look: (unwatched: AbortSignal) => Promise<BatchRecord | undefined>,
    private readonly forget: (ended: SharedLook) => void,
  ) {
    this.record = look(this.unwatched.signal).finally(() => forget(this));
    this.record.catch(() => undefined); // told to whoever watches
  }

  /** @returns undefined where the signal ended the waiting */
  async answerTo(signal: AbortSignal): Promise<BatchRecord | undefined> {
    this.watching += 1;
    let leave: () => void = () => undefined;
    const left = new Promise<undefined>((resolve) => (leave = () => resolve(undefined)));
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([this.record, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      this.watching -= 1;
      if (this.watching === 0) {
        this.forget(this);
        this.unwatched.abort();
      }
    }
  }
}
