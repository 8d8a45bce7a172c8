/** How many requests may be at work at Temporal at once: of all channels, and of one. */
export interface TurnLimits {
  inAll: number;
  perChannel: number;
}

/** The turns of a process by what its requests wait for: whoever waits for longer takes no place of an order. */
export interface ProcessTurns {
  /** Temporal only: orders, lists. */
  temporal: Turns;
  /** The reading of a large body, and then Temporal: batches. Half a second each, longer while several are read. */
  largeBodies: Turns;
  /** A worker as well: looking a purchase up, orders whose answer is held. Two seconds each while there is no worker. */
  workers: Turns;
  /** MobiFone as well: cancellation. Ten seconds each while MobiFone is out. */
  mobifone: Turns;
  /** MobiFone as well, by one call to Temporal after the other: eligibility and validation. */
  questions: Turns;
}

/**
 * More calls at once do not make Temporal faster, they only make each of them slower. Whatever one channel sends, half of
 * the places stay free for others.
 */
export function processTurns(): ProcessTurns {
  return {
    temporal: new Turns({ inAll: 16, perChannel: 8 }),
    largeBodies: new Turns({ inAll: 4, perChannel: 2 }),
    workers: new Turns({ inAll: 48, perChannel: 24 }),
    mobifone: new Turns({ inAll: 200, perChannel: 100 }),
    questions: new Turns({ inAll: 32, perChannel: 8 }),
  };
}

interface Waiter {
  begin: (end: () => void) => void;
}

/**
 * Lets requests to their work in turn. Beyond the limits they wait, and the channel with the fewest at work goes next: one
 * that sends hundreds waits for itself, and another's single request goes before them.
 */
export class Turns {
  private readonly working = new Map<string, number>();
  /** By channel; the channel that was served last is the last. */
  private readonly queues = new Map<string, Waiter[]>();
  private inAll = 0;

  constructor(private readonly limits: TurnLimits) {}

  /**
   * @param givenUp whoever asked is gone, and needs no turn any more
   * @returns what ends the turn; nothing when it was given up before it began
   */
  take(channel: string, givenUp: AbortSignal): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      if (givenUp.aborted) return resolve(undefined);
      const waiter: Waiter = {
        begin: (end) => {
          givenUp.removeEventListener('abort', leave);
          resolve(end);
        },
      };
      const leave = (): void => {
        this.forget(channel, waiter);
        resolve(undefined);
      };
      givenUp.addEventListener('abort', leave, { once: true });
      this.queues.set(channel, [...(this.queues.get(channel) ?? []), waiter]);
      this.serve();
    });
  }

  /** What ends a turn that can begin at once; nothing when it would have to wait. */
  takeNow(channel: string): (() => void) | undefined {
    const isFree = this.inAll < this.limits.inAll && this.workingOf(channel) < this.limits.perChannel;
    return isFree && !this.queues.has(channel) ? this.begin(channel) : undefined;
  }

  /** Requests of each channel that are at work, and that wait for their turn. */
  *counts(): Generator<{ channel: string; working: number; waiting: number }> {
    for (const channel of new Set([...this.working.keys(), ...this.queues.keys()])) {
      const waiting = this.queues.get(channel)?.length ?? 0;
      yield { channel, working: this.workingOf(channel), waiting };
    }
  }

  private serve(): void {
    for (let channel = this.next(); channel !== undefined; channel = this.next()) {
      const [waiter, ...others] = this.queues.get(channel) ?? [];
      this.queues.delete(channel);
      if (others.length > 0) this.queues.set(channel, others);
      waiter?.begin(this.begin(channel));
    }
  }

  /** The channel whose turn it is; nothing when none waits or may begin. */
  private next(): string | undefined {
    if (this.inAll >= this.limits.inAll) return undefined;
    let chosen: string | undefined;
    let fewest = this.limits.perChannel;
    for (const channel of this.queues.keys()) {
      const working = this.workingOf(channel);
      if (working >= fewest) continue;
      chosen = channel;
      fewest = working;
    }
    return chosen;
  }

  /** @returns what ends the turn */
  private begin(channel: string): () => void {
    this.inAll += 1;
    this.working.set(channel, this.workingOf(channel) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.inAll -= 1;
      this.working.set(channel, this.workingOf(channel) - 1); // 0 stays: a graph then falls instead of ending
      this.serve();
    };
  }

  private workingOf(channel: string): number {
    return this.working.get(channel) ?? 0;
  }

  private forget(channel: string, waiter: Waiter): void {
    const left = this.queues.get(channel)?.filter((each) => each !== waiter) ?? [];
    if (left.length > 0) this.queues.set(channel, left);
    else this.queues.delete(channel);
  }
}
