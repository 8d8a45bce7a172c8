import { setTimeout as pause } from 'node:timers/promises';
import type { InquiryVerdict } from '../../domain/gateway-verdict';
import type { TransactionId } from '../../domain/identifiers';
import type { CommandAnswer, Line } from './line';
import type { TrialSale, TrialSales } from './trial-sales';

type FinalState = 'done' | 'refused' | 'rolled_back';

/** How long after one command an inquiry was right about it. */
export interface LagSample {
  call: string;
  /** From sending the command to the first right answer, milliseconds; none when there was none in time. */
  lagMs: number | undefined;
  /** What inquiries said before. */
  before: readonly InquiryVerdict['kind'][];
}

/** Between two inquiries, milliseconds: quick at first, then doubled up to the longest. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;
/** How long an inquiry is waited for when the check was interrupted, milliseconds. */
const HURRIED_MS = 5_000;
/** A refusal is looked for in the inquiry for so long at least, milliseconds. */
const LEAST_WAIT_MS = 300;

/** Waits for inquiries to tell what is known already, and measures how long that takes. */
export class InquiryLag {
  readonly samples: LagSample[] = [];
  /** An inquiry was not right within `maxLagMs`; none is waited for any more. */
  isTooLong = false;

  constructor(
    private readonly line: Line,
    private readonly sales: TrialSales,
    /** How long an inquiry is waited for, milliseconds. */
    public maxLagMs: number,
  ) {}

  /** Somebody waits for the end: no inquiry is waited for long any more. */
  hurry(): void {
    this.maxLagMs = Math.min(this.maxLagMs, HURRIED_MS);
  }

  /**
   * Asks until the inquiry tells what a command came to, and keeps how long that took.
   * @param since the command's answer, from whose sending the lag counts
   * @returns what the last inquiry said, which is another state when time was up
   */
  async until(
    state: 'done' | 'rolled_back',
    sale: TrialSale,
    id: TransactionId,
    { call, since }: { call: string; since: Pick<CommandAnswer, 'sentAtMs'> },
  ): Promise<InquiryVerdict> {
    const limitMs = this.isTooLong ? 0 : this.maxLagMs;
    const { answer, agoMs, before } = await this.ask(state, sale, id, { since, limitMs });
    if (answer.kind === state) this.samples.push({ call, lagMs: Math.round(agoMs), before });
    else if (mayStillBecome(state, answer) && !this.isTooLong) {
      this.samples.push({ call, lagMs: undefined, before: [...before, answer.kind] });
      this.isTooLong = true;
    }
    return answer;
  }

  /** Asks until the inquiry says that a sale is rolled back, without measuring anything. */
  async untilGone(sale: TrialSale): Promise<InquiryVerdict> {
    const since = { sentAtMs: performance.now() };
    const limitMs = this.isTooLong ? 0 : this.maxLagMs;
    const { answer } = await this.ask('rolled_back', sale, sale.registrationId, { since, limitMs });
    return answer;
  }

  /** What the inquiry says of a refused command: a gateway need not tell it, so that it is not waited for long. */
  async ofRefused(
    sale: TrialSale,
    id: TransactionId,
    since: Pick<CommandAnswer, 'sentAtMs'>,
  ): Promise<InquiryVerdict> {
    const limitMs = Math.min(this.maxLagMs, Math.max(LEAST_WAIT_MS, this.largestMs * 2));
    const { answer } = await this.ask('refused', sale, id, { since, limitMs: this.isTooLong ? 0 : limitMs });
    return answer;
  }

  /** The largest lag that was measured, milliseconds. */
  get largestMs(): number {
    return Math.max(0, ...this.samples.map(({ lagMs }) => lagMs ?? 0));
  }

  private async ask(
    state: FinalState,
    sale: TrialSale,
    id: TransactionId,
    { since, limitMs }: { since: Pick<CommandAnswer, 'sentAtMs'>; limitMs: number },
  ): Promise<{ answer: InquiryVerdict; agoMs: number; before: InquiryVerdict['kind'][] }> {
    const before: InquiryVerdict['kind'][] = [];
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const answer = await this.sales.inquire(sale, id);
      const agoMs = performance.now() - since.sentAtMs;
      if (!mayStillBecome(state, answer) || agoMs >= limitMs) return { answer, agoMs, before };
      before.push(answer.kind);
      const { signal } = this.line;
      await pause(Math.min(pauseMs, limitMs - agoMs), undefined, signal ? { signal } : {});
    }
  }
}

/** Whether what an inquiry says can be what was before: another final state ends the waiting. */
function mayStillBecome(state: FinalState, { kind }: InquiryVerdict): boolean {
  if (kind === state || kind === 'broken_contract') return false;
  return state === 'rolled_back' || !['done', 'refused', 'rolled_back'].includes(kind);
}
