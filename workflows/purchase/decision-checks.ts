import type { Inquirable, Sale } from '../../activities/gateway-activities';
import {
  isSettledAsNotMade,
  type FinalTransactionState,
  type TransactionState,
} from '../../domain/gateway-verdict';
import type { Decision } from '../../domain/purchase/attention';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import type { ActivityProxies } from '../activity-proxies';
import { askMobifone, notAsked } from '../ask-mobifone';
import type { Decided } from './step-runner';

type Objection = { because: string };

/** Checks an operator's decision with MobiFone, whose answer outranks it. */
export class DecisionChecks {
  /** How many decisions rest on a person alone. */
  private unconfirmed: number;

  constructor(
    private readonly activities: ActivityProxies,
    private readonly sale: Sale,
    private readonly policy: Pick<PurchasePolicy, 'gateway'>,
    /** What a person decided about while MobiFone was silent. */
    public toConfirm: 'charge' | 'registration' | undefined,
    /** Whether something was decided since MobiFone was last asked to confirm it. */
    isUnconfirmed = false,
  ) {
    this.unconfirmed = isUnconfirmed ? 1 : 0;
  }

  get isUnconfirmed(): boolean {
    return this.unconfirmed > 0;
  }

  /** Asks MobiFone until its state of what was decided is final; what is decided meanwhile is not confirmed by that. */
  async confirm(ask: () => Promise<FinalTransactionState>): Promise<FinalTransactionState> {
    const before = this.unconfirmed;
    const state = await ask();
    this.unconfirmed -= before;
    return state;
  }

  async ofCharge(decision: Decision): Promise<Objection | Decided> {
    const state = await this.stateOf('charge');
    if (state === 'not_asked') return { because: notAsked('charge') };
    if (decision === 'charge_was_done') {
      if (isSettledAsNotMade(state)) return { because: `MobiFone answers that the charge is ${state}` };
      return { result: { kind: 'done' }, ...this.onPerson('charge', state) };
    }
    if (state === 'done') return { because: 'MobiFone answers that the charge was made' };
    if (decision === 'charge_was_not_done')
      return { result: { kind: 'refused', refusal: 'charge_settled_as_not_done' } };
    return { result: { kind: 'stopped', outcome: 'given_up', refusal: 'given_up_by_operator' } };
  }

  async ofRollback(decision: Decision): Promise<Objection | Decided> {
    const state = await this.stateOf('registration');
    if (state === 'not_asked') return { because: notAsked('registration') };
    if (decision === 'rollback_done_by_hand' && state === 'done') {
      return { because: 'MobiFone answers that the registration still stands' };
    }
    return { result: { kind: 'done' }, ...this.onPerson('registration', state) };
  }

  /** What MobiFone has not confirmed is asked about until it answers; see `PurchaseSteps.confirmDecision`. */
  private onPerson(about: 'charge' | 'registration', state: TransactionState): { unconfirmed?: string } {
    const isSilent = state === 'no_answer' || state === 'processing';
    if (!isSilent || !this.policy.gateway) return {};
    this.toConfirm = about;
    this.unconfirmed += 1;
    return {
      unconfirmed: `MobiFone says nothing of the ${about}: this rests on you alone; MobiFone is asked until it answers`,
    };
  }

  private stateOf(transaction: Inquirable): Promise<TransactionState | 'not_asked'> {
    return askMobifone(
      this.activities,
      `Ask MobiFone once about the ${transaction}, before the operator's decision is taken`,
      this.sale,
      transaction,
    );
  }
}
