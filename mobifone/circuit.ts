import type { GatewayHealth } from '../domain/gateway-health';
import { OUTAGE_THRESHOLD, OutageSigns, type OutageThreshold } from './outage-signs';

/** How long the circuit holds calls back, milliseconds. */
export interface CircuitTimes {
  /** The first and the longest pause before a probe; doubled while probes fail. */
  probeMinMs: number;
  probeMaxMs: number;
  /** Calls that were held back are retried after a random time between the two, so that they are spread out. */
  retryMinMs: number;
  retryMaxMs: number;
}

/** Time and chance, so that tests can set them. */
export interface CircuitWorld {
  /** Milliseconds on a clock that never goes back. */
  now: () => number;
  /** 0 to 1. */
  random: () => number;
}

const REAL_WORLD: CircuitWorld = { now: () => performance.now(), random: Math.random };

/** How a call ended; one whose caller gave up waiting neither was answered nor failed. */
type CallEnd = 'answered' | 'failed' | 'abandoned';

/** Reports how a call ended that was let through; to be called once. */
export type ReportEnd = (end: CallEnd) => void;

/**
 * A circuit breaker. Closed, it lets every call through and watches how calls end; open, it lets one call at a time
 * through, and only when a probe is due.
 */
export class Circuit {
  /** Called when the circuit opens and when it closes again. */
  onTurn: (open: boolean) => void = () => undefined;
  private readonly signs: OutageSigns;
  private open = false;
  private probing = false;
  private failedProbes = 0;
  private probeDueAt = 0;
  /** Incremented with each opening and closing: a call that began in an earlier era says nothing about this one. */
  private era = 0;

  constructor(
    private readonly times: CircuitTimes,
    threshold: OutageThreshold = OUTAGE_THRESHOLD,
    private readonly world: CircuitWorld = REAL_WORLD,
  ) {
    this.signs = new OutageSigns(threshold);
  }

  /** Whether a call would be held back now. One that can serve as the probe would not. */
  get holdsBack(): boolean {
    return this.open && (this.probing || this.world.now() < this.probeDueAt);
  }

  /** As this circuit sees it now. */
  get health(): GatewayHealth {
    return { isOut: this.open, ...this.signs.counts };
  }

  /** Nothing when the call is held back. */
  letThrough(purchase: string): ReportEnd | undefined {
    if (this.holdsBack) return undefined;
    if (this.open) {
      this.probing = true;
      return (end) => this.probeEnded(end);
    }
    const { era } = this;
    return (end) => {
      if (era === this.era && end !== 'abandoned') this.callEnded(purchase, end === 'failed');
    };
  }

  /** After how long a call that is held back should be retried, milliseconds. */
  retryAfterMs(): number {
    const { retryMinMs, retryMaxMs } = this.times;
    return Math.round(retryMinMs + this.world.random() * (retryMaxMs - retryMinMs));
  }

  private callEnded(purchase: string, failed: boolean): void {
    this.signs.record({ at: this.world.now(), purchase, failed });
    if (!failed || !this.signs.areOutage) return;
    this.open = true;
    this.era += 1;
    this.failedProbes = 0;
    this.probeLater();
    this.onTurn(true);
  }

  /** A probe whose caller gave up was not answered either: the circuit stays open. */
  private probeEnded(end: CallEnd): void {
    this.probing = false;
    if (end !== 'answered') {
      this.failedProbes += 1;
      this.probeLater();
      return;
    }
    this.open = false;
    this.era += 1;
    this.signs.forget();
    this.onTurn(false);
  }

  private probeLater(): void {
    const { probeMinMs, probeMaxMs } = this.times;
    this.probeDueAt = this.world.now() + Math.min(probeMinMs * 2 ** this.failedProbes, probeMaxMs);
  }
}
