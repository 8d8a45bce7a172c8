import { asOurselves } from './asker';
import { CALL_DEADLINE_MS } from './temporal-answers';

/** From this age on, a sale waits for the refresh. So this is the time by which a change is in force everywhere. */
export const TAKES_EFFECT_MS = CALL_DEADLINE_MS;

/** How old what is known may be. */
export interface Ages {
  /** From this age on, it is refreshed in the background. */
  freshMs: number;
  /** From this age on, whoever asks waits for the refresh. */
  maxMs: number;
}

/** Of what operators decide: read at most once a second and never older than five seconds. */
const OF_DECISIONS: Ages = { freshMs: 1_000, maxMs: TAKES_EFFECT_MS };

/** What is known of something at Temporal, cached for this process. */
export class CurrentState<T> {
  private known: { state: T; at: number } | undefined;
  private reading: Promise<T> | undefined;

  /** @param clock monotonic, milliseconds */
  constructor(
    private readonly source: { read: () => Promise<T> },
    private readonly clock: () => number = () => performance.now(),
    private readonly ages: Ages = OF_DECISIONS,
  ) {}

  /** @throws TemporalUnavailable if it is unknown; then nothing may be sold */
  async now(): Promise<T> {
    const age = this.known ? this.clock() - this.known.at : Infinity;
    if (this.known && age < this.ages.freshMs) return this.known.state;
    const reading = this.read();
    if (!this.known || age >= this.ages.maxMs) return reading;
    reading.catch(() => undefined); // a sale that finds the cache too old reads again and gets the error
    return this.known.state;
  }

  /** One read at a time; its result is dated to its start. */
  private read(): Promise<T> {
    this.reading ??= this.readOnce().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readOnce(): Promise<T> {
    const at = this.clock();
    const state = await asOurselves(() => this.source.read()); // shared by all channels
    this.known = { state, at };
    return state;
  }
}
