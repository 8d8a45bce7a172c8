/** The threshold between single failures and an outage. */
export interface OutageThreshold {
  /** Over how long calls are remembered, milliseconds. */
  windowMs: number;
  /** Minimum number of failing calls, even in quiet traffic. */
  minFailures: number;
  /** Minimum number of different purchases that fail: trouble with one purchase is no outage. */
  minPurchases: number;
  /** Share of failing calls, 0 to 1, that must be exceeded. */
  share: number;
}

export const OUTAGE_THRESHOLD: OutageThreshold = {
  windowMs: 10_000,
  minFailures: 5,
  minPurchases: 3,
  share: 0.5,
};

interface Call {
  at: number;
  purchase: string;
  failed: boolean;
}

/** The calls of the last seconds, which tell an outage from single lost replies. */
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

  /** Whether the calls of the window, as of the last one recorded, are an outage. */
  get areOutage(): boolean {
    const failures = this.calls.filter(({ failed }) => failed);
    const { minFailures, minPurchases, share } = this.threshold;
    return (
      failures.length >= minFailures &&
      failures.length > share * this.calls.length &&
      new Set(failures.map(({ purchase }) => purchase)).size >= minPurchases
    );
  }

  /** The remembered calls, and how many of them failed. */
  get counts(): { calls: number; failed: number } {
    return { calls: this.calls.length, failed: this.calls.filter(({ failed }) => failed).length };
  }

  forget(): void {
    this.calls = [];
  }
}
