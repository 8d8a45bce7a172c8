import { OUTAGE_THRESHOLD, OutageSigns, type OutageThreshold } from './outage-signs';

/** How long the circuit holds calls back; milliseconds. */
export interface CircuitTimes {
  /** First and longest pause until one call is let through; doubled while probes fail. */
  firstProbe: number;
  longestProbe: number;
  /** Calls held back come again after a random time between the two, so that they come back spread out. */
  comeBackFrom: number;
  comeBackTo: number;
}

/** Time and chance, for tests to hold in their hands. */
export interface CircuitWorld {
  /** Milliseconds on a clock that never goes back. */
  now: () => number;
  /** 0 to 1. */
  random: () => number;
}

const REAL_WORLD: CircuitWorld = { now: () => performance.now(), random: Math.random };

/** How a call ended; one whose caller gave up waiting was neither answered nor failed. */
type CallEnd = 'answered' | 'failed' | 'abandoned';

/** A call that was let through tells here how it ended; to be called once. */
export type ReportEnd = (end: CallEnd) => void;

/**
 * Knows whether MobiFone is out. Closed, it lets every call through and watches how they end; open, it lets one call
 * at a time through, and only when a probe is due.
 */
export class Circuit {
  /** Told when the circuit opens and when it closes again; to be set by whoever tells operators. */
  onTurn: (open: boolean) => void = () => undefined;
  private readonly signs: OutageSigns;
  private open = false;
  private probing = false;
  private failedProbes = 0;
  private probeDueAt = 0;
  /** Rises with each opening and closing: a call that began before says nothing of today. */
  private era = 0;

  constructor(
    private readonly times: CircuitTimes,
    threshold: OutageThreshold = OUTAGE_THRESHOLD,
    private readonly world: CircuitWorld = REAL_WORLD,
  ) {
    this.signs = new OutageSigns(threshold);
  }

  /** Whether a call would be held back now. With a probe due it would not: somebody has to find out. */
  get holdsBack(): boolean {
    return this.open && (this.probing || this.world.now() < this.probeDueAt);
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

  /** After how long a call that is held back should come again. */
  comeBackAfter(): number {
    const { comeBackFrom, comeBackTo } = this.times;
    return Math.round(comeBackFrom + this.world.random() * (comeBackTo - comeBackFrom));
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

  /** A probe that nobody waited out was not answered either: the circuit stays open. */
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
    const { firstProbe, longestProbe } = this.times;
    this.probeDueAt = this.world.now() + Math.min(firstProbe * 2 ** this.failedProbes, longestProbe);
  }
}
