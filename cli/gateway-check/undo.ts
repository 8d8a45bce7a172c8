import type { InquiryVerdict } from '../../domain/gateway-verdict';
import type { TransactionId } from '../../domain/identifiers';
import { maskMsisdn } from '../../domain/msisdn';
import type { InquiryLag } from './inquiry-lag';
import type { TrialSale, TrialSales } from './trial-sales';
import { inWords } from './probe';

/** A sale that a person must look at, or undo by hand. */
export interface Leftover {
  /** `stands`: to be undone by hand. `look`: it seems undone, and should be looked at once more. */
  kind: 'stands' | 'look';
  msisdn: string;
  registrationId: TransactionId;
  charges: readonly TransactionId[];
  why: string;
}

/** Each with an id of its own: one that was refused may stay refused under its id. */
const MOST_ROLLBACKS = 3;
const UNCONFIRMED = 'its rollback was answered as done, and the inquiry does not confirm it';

/** Undoes what the check's sales have left at MobiFone; what cannot be undone is told by `leftovers`. */
export class Undo {
  private readonly obstacles = new Map<TrialSale, string>();
  /** Sales of which MobiFone said that they are undone. */
  private readonly isSettled = new Set<TrialSale>();

  constructor(
    private readonly sales: TrialSales,
    private readonly lag: InquiryLag,
  ) {}

  /** Rolls back whatever stands or may stand, and asks MobiFone whether it is gone. */
  async all(): Promise<void> {
    for (const sale of this.sales.all) {
      if (sale.state !== 'not_registered' && !this.isSettled.has(sale)) await this.undo(sale);
    }
  }

  leftovers(): Leftover[] {
    return this.sales.all.flatMap((sale) => {
      const { msisdn, registrationId, state, doubt } = sale;
      const stands = state === 'stands' || state === 'may_stand';
      const why = this.obstacles.get(sale) ?? doubt ?? (stands ? 'it was not rolled back' : undefined);
      if (why === undefined) return [];
      const kind = stands ? 'stands' : 'look';
      return [{ kind, msisdn: maskMsisdn(msisdn), registrationId, charges: [...sale.charges], why }];
    });
  }

  private async undo(sale: TrialSale): Promise<void> {
    for (let rollbacks = 0; rollbacks < MOST_ROLLBACKS; rollbacks += 1) {
      let mayBecomeGone = sale.wasRegistered; // what never stood, as far as we know, may never be told as rolled back
      if (sale.state !== 'undone') {
        const { verdict } = await this.sales.rollback(sale);
        if (verdict.kind !== 'done') this.obstacles.set(sale, `the rollback: ${inWords(verdict)}`);
        if (verdict.kind === 'refused') mayBecomeGone = false;
      }
      const answer = await (mayBecomeGone
        ? this.lag.untilGone(sale)
        : this.sales.inquire(sale, sale.registrationId));
      if (this.isGone(sale, answer)) {
        if (sale.wasRegistered && answer.kind !== 'rolled_back') sale.doubt ??= UNCONFIRMED;
        return;
      }
      if (answer.kind === 'done') {
        sale.state = 'stands'; // whatever a rollback was answered
        sale.wasRegistered = true;
      }
    }
    const stands = sale.state === 'stands';
    if (stands && !this.obstacles.has(sale)) this.obstacles.set(sale, 'the inquiry says that it stands');
  }

  /** Believes the inquiry, and the answer to the rollback where the inquiry does not say otherwise. */
  private isGone(sale: TrialSale, answer: InquiryVerdict): boolean {
    const byRollback = sale.state === 'undone' && answer.kind !== 'done';
    const isGone = answer.kind === 'rolled_back' || byRollback;
    if (!isGone) return false;
    sale.state = 'undone';
    this.isSettled.add(sale);
    this.obstacles.delete(sale);
    return true;
  }
}
