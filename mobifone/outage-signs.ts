/** What makes an outage of single failures. */
export interface OutageThreshold {
  /** Over how long calls are remembered, milliseconds. */
  windowMs: number;
  /** Failing calls below which nothing is concluded, however quiet the traffic is. */
  leastFailures: number;
  /** Different purchases that must be failing: trouble with one purchase is not MobiFone's being out. */
  leastPurchases: number;
  /** Share of failing calls, 0 to 1, that must be exceeded. */
  share: number;
}

export const OUTAGE_THRESHOLD: OutageThreshold = {
  windowMs: 10_000,
  leastFailures: 5,
  leastPurchases: 3,
  share: 0.5,
};

interface Call {
  at: number;
  purchase: string;
  failed: boolean;
}

/** The calls of the last seconds, by which an outage is told from single lost replies. */
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
    const { leastFailures, leastPurchases, share } = this.threshold;
    return (
      failures.length >= leastFailures &&
      failures.length > share * this.calls.length &&
      new Set(failures.map(({ purchase }) => purchase)).size >= leastPurchases
    );
  }

  forget(): void {
    this.calls = [];
  }
}
