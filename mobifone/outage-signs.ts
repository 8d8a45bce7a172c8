import { createHmac, randomBytes } from 'node:crypto';

/** The threshold between single failures and an outage. */
export interface OutageThreshold {
  /** Over how long calls are remembered, milliseconds. */
  windowMs: number;
  /** Minimum number of failing calls, even in quiet traffic. */
  minFailures: number;
  /** Minimum number of different subjects whose last call failed: trouble with one is no outage. */
  minSubjects: number;
  /** Share, 0 to 1, that must be exceeded: of a channel's subjects, and of the channels. */
  share: number;
}

export const OUTAGE_THRESHOLD: OutageThreshold = {
  windowMs: 10_000,
  minFailures: 5,
  minSubjects: 3,
  share: 0.5,
};

/** What a call is about and whose it is. */
export interface CallSource {
  /** The subscriber's number, or a webhook's message; only a mark of it is kept. */
  subject: string;
  channel: string;
}

interface Call {
  /** Of the subject. */
  mark: string;
  channel: string;
  at: number;
  failed: boolean;
}

/** Of this process alone: without it, a subject is not found by trying all numbers. */
const KEY_OF_MARKS = randomBytes(32);

/**
 * The calls of the last seconds, which tell an outage from single lost replies. However often a channel calls about a
 * subject, only its last call counts, and each channel counts once: no channel's traffic alone makes an outage while
 * others are answered.
 */
export class OutageSigns {
  private calls: Call[] = [];

  constructor(private readonly threshold: OutageThreshold) {}

  /** @param at milliseconds on a clock that never goes back */
  record({ subject, channel, at, failed }: CallSource & { at: number; failed: boolean }): void {
    this.calls.push({ mark: markOf(subject), channel, at, failed });
    this.forgetBefore(at);
  }

  /** The channels that are not answered, where the calls of the window, as of the last one recorded, are an outage. */
  get channelsInOutage(): readonly string[] {
    const { minFailures, minSubjects, share } = this.threshold;
    if (failed(this.calls).length < minFailures) return [];
    const lastBySource = new Map(this.calls.map((call) => [`${call.channel} ${call.mark}`, call]));
    const byChannel = new Map<string, Call[]>();
    for (const call of lastBySource.values()) {
      const others = byChannel.get(call.channel);
      if (others) others.push(call);
      else byChannel.set(call.channel, [call]);
    }
    const failing = [...byChannel].filter(([, last]) => failed(last).length > share * last.length);
    const subjects = new Set(failing.flatMap(([, last]) => failed(last).map(({ mark }) => mark)));
    const isOutage = subjects.size >= minSubjects && failing.length > share * byChannel.size;
    return isOutage ? failing.map(([channel]) => channel) : [];
  }

  /** The calls of the window that ends now, and how many of them failed. */
  countsAt(now: number): { calls: number; failed: number } {
    this.forgetBefore(now);
    return { calls: this.calls.length, failed: failed(this.calls).length };
  }

  forget(): void {
    this.calls = [];
  }

  private forgetBefore(now: number): void {
    const from = now - this.threshold.windowMs;
    const kept = this.calls.findIndex(({ at }) => at > from);
    this.calls.splice(0, kept === -1 ? this.calls.length : kept);
  }
}

function markOf(subject: string): string {
  return createHmac('sha256', KEY_OF_MARKS).update(subject).digest('base64url').slice(0, 16);
}

function failed(calls: readonly Call[]): readonly Call[] {
  return calls.filter((call) => call.failed);
}
