import type { GatewayHealth } from '../domain/gateway-health';
import { OUTAGE_THRESHOLD, OutageSigns, type CallSource, type OutageThreshold } from './outage-signs';

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

/** When a channel that is held back may try again. */
interface Probes {
  underWay: boolean;
  failed: number;
  dueAt: number;
}

/** The channel where calls are not told apart by channels. */
const ANY = '';

/**
 * A circuit breaker. Closed, it lets every call through and watches how calls end. Open, it holds back the channels whose
 * calls fail: each of them may send one call at a time, when a probe is due. A channel that has not failed yet goes on, so
 * that no other can stop it, and its first answer shows that there is no outage.
 */
export class Circuit {
  /** Called when the circuit opens and when it closes again. */
  onTurn: (open: boolean) => void = () => undefined;
  private readonly signs: OutageSigns;
  /** The channels that are held back; none while the circuit is closed. */
  private readonly held = new Map<string, Probes>();
  /** Incremented with each opening and closing: a call that began in an earlier era says nothing about this one. */
  private era = 0;

  constructor(
    private readonly times: CircuitTimes,
    threshold: OutageThreshold = OUTAGE_THRESHOLD,
    private readonly world: CircuitWorld = REAL_WORLD,
  ) {
    this.signs = new OutageSigns(threshold);
  }

  /** Whether a call of the channel would be held back now. One that can serve as the probe would not. */
  holdsBack(channel: string = ANY): boolean {
    const probes = this.held.get(channel);
    return probes !== undefined && (probes.underWay || this.world.now() < probes.dueAt);
  }

  /** Whether the circuit is open to the channel's calls, its probes apart. */
  isOutFor(channel: string): boolean {
    return this.held.has(channel);
  }

  /** As this circuit sees it now. */
  get health(): GatewayHealth {
    return { isOut: this.held.size > 0, ...this.signs.countsAt(this.world.now()) };
  }

  /** Nothing when the call is held back. */
  letThrough(subject: string, channel: string = ANY): ReportEnd | undefined {
    if (this.holdsBack(channel)) return undefined;
    const probes = this.held.get(channel);
    if (probes) probes.underWay = true;
    const { era } = this;
    return (end) => {
      if (era !== this.era) return;
      if (probes) this.probeEnded({ subject, channel }, probes, end);
      else if (end !== 'abandoned') this.callEnded({ subject, channel }, end === 'failed');
    };
  }

  /** After how long a call that is held back should be retried, milliseconds. */
  retryAfterMs(): number {
    const { retryMinMs, retryMaxMs } = this.times;
    return Math.round(retryMinMs + this.world.random() * (retryMaxMs - retryMinMs));
  }

  private callEnded(source: CallSource, failed: boolean): void {
    if (this.held.size === 0) return this.endedWhileClosed(source, failed);
    if (!failed) this.close(source);
    else if (!this.held.has(source.channel)) this.hold(source.channel);
  }

  private endedWhileClosed(source: CallSource, failed: boolean): void {
    this.record(source, failed);
    const channels = failed ? this.signs.channelsInOutage : [];
    if (channels.length === 0) return;
    for (const channel of channels) this.hold(channel);
    this.era += 1;
    this.onTurn(true);
  }

  /** A probe whose caller gave up was not answered either: the circuit stays open. */
  private probeEnded(source: CallSource, probes: Probes, end: CallEnd): void {
    if (end === 'answered') return this.close(source);
    probes.underWay = false;
    probes.failed += 1;
    probes.dueAt = this.probeDueAt(probes.failed);
  }

  /** What failed before counts no more; the answer does, against what fails next. */
  private close(answered: CallSource): void {
    this.held.clear();
    this.era += 1;
    this.signs.forget();
    this.record(answered, false);
    this.onTurn(false);
  }

  private record(source: CallSource, failed: boolean): void {
    this.signs.record({ ...source, at: this.world.now(), failed });
  }

  private hold(channel: string): void {
    this.held.set(channel, { underWay: false, failed: 0, dueAt: this.probeDueAt(0) });
  }

  private probeDueAt(failedProbes: number): number {
    const { probeMinMs, probeMaxMs } = this.times;
    return this.world.now() + Math.min(probeMinMs * 2 ** failedProbes, probeMaxMs);
  }
}
