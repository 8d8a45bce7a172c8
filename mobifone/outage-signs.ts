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
  /** The subscriber's number, or a webhook's message; kept in memory for as long as the window. */
  subject: string;
  channel: string;
}

interface Call extends CallSource {
  at: number;
  failed: boolean;
}

/**
 * The calls of the last seconds, which tell an outage from single lost replies. However often a channel calls about a
 * subject, only its last call counts, and each channel counts once: no channel's traffic alone makes an outage while
 * others are answered.
 */
export class OutageSigns {
  private calls: Call[] = [];

  constructor(private readonly threshold: OutageThreshold) {}

  /** @param at milliseconds on a clock that never goes back */
  record(call: Call): void {
    this.calls.push(call);
    const from = call.at - this.threshold.windowMs;
    const kept = this.calls.findIndex(({ at }) => at > from);
    if (kept > 0) this.calls.splice(0, kept);
  }

  /** The channels that are not answered, where the calls of the window, as of the last one recorded, are an outage. */
  get channelsInOutage(): readonly string[] {
    const { minFailures, minSubjects, share } = this.threshold;
    if (this.counts.failed < minFailures) return [];
    const lastBySource = new Map(this.calls.map((call) => [`${call.channel} ${call.subject}`, call]));
    const byChannel = new Map<string, Call[]>();
    for (const call of lastBySource.values()) {
      const others = byChannel.get(call.channel);
      if (others) others.push(call);
      else byChannel.set(call.channel, [call]);
    }
    const failing = [...byChannel].filter(([, last]) => failed(last).length > share * last.length);
    const subjects = new Set(failing.flatMap(([, last]) => failed(last).map(({ subject }) => subject)));
    const isOutage = subjects.size >= minSubjects && failing.length > share * byChannel.size;
    return isOutage ? failing.map(([channel]) => channel) : [];
  }

  /** The remembered calls, and how many of them failed. */
  get counts(): { calls: number; failed: number } {
    return { calls: this.calls.length, failed: failed(this.calls).length };
  }

  forget(): void {
    this.calls = [];
  }
}

function failed(calls: readonly Call[]): readonly Call[] {
  return calls.filter((call) => call.failed);
}
