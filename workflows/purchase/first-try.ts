import { ActivityFailure, CancellationScope } from '@temporalio/workflow';
import type { Sale, SendOptions } from '../../activities/gateway-activities';
import {
  isClear,
  type AttemptResult,
  type CombinedResult,
  type CommandResult,
} from '../../domain/command-result';
import type { Calls } from '../calls';
import type { Interventions } from './interventions';
import type { BrokenContract, Settling } from './settling';

/** The try, or its worker, was lost: either call may have been made. */
const LOST: CombinedResult = {
  registration: { kind: 'unsettled', askedToWaitMs: 0 },
  charge: { kind: 'unsettled', askedToWaitMs: 0 },
};

/**
 * The registration of a postpaid purchase and its charge, first tried in one activity: one record of intent for both,
 * and one workflow task less. What that leaves unsettled goes on call by call, and each asks before it sends
 * (docs/decisions/0017-charge-with-registration.md).
 */
export class FirstTry {
  private came: CombinedResult | undefined;
  private running: Promise<CombinedResult> | undefined;
  /** Set in the first round: every later one goes on call by call. */
  private registrationGoesAlone: boolean;
  private chargeGoesAlone = false;

  constructor(
    private readonly calls: Calls,
    private readonly sale: Sale,
    private readonly settling: Settling,
    private readonly interventions: Interventions,
    /** Whether an earlier run has made the try. */
    wasMade: boolean,
  ) {
    this.registrationGoesAlone = wasMade;
  }

  /** Where nothing was tried, `alone` makes the call; where the try did not settle it, `alone` asks first. */
  registration(summary: string, alone: CallAlone): CallAlone {
    return async (known, patience) => {
      const limit = this.calls.firstTryLimit(this.sale);
      if (limit === undefined || this.registrationGoesAlone || known.anew) return alone(known, patience);
      this.registrationGoesAlone = true;
      const { registration } = await this.once(limit, summary, patience, known);
      return this.goOn(registration, patience, alone);
    };
  }

  /** The charge, as far as it came with the registration. */
  charge(alone: CallAlone): CallAlone {
    return async (known, patience) => {
      const tried = this.came?.charge;
      if (!tried || this.chargeGoesAlone) return alone(known, patience);
      this.chargeGoesAlone = true;
      return this.goOn(tried, patience, alone);
    };
  }

  /** When MobiFone made the registration, where the charge followed it at once; ISO 8601. */
  get chargedFrom(): string | undefined {
    if (!this.came?.charge) return undefined;
    return 'at' in this.came.registration ? this.came.registration.at : undefined;
  }

  /** No interruption tears it apart: whoever wants one waits until it is known how far the try came. */
  private once(
    limit: number,
    summary: string,
    patience: number,
    known: SendOptions,
  ): Promise<CombinedResult> {
    this.running ??= CancellationScope.nonCancellable(async () => {
      this.interventions.chargeMayFollow();
      this.came = await this.make(limit, summary, patience, known);
      this.interventions.chargeWas(this.came.charge ? 'sent' : 'not_sent');
      return this.came;
    });
    return this.running;
  }

  private async make(
    limit: number,
    summary: string,
    patience: number,
    known: SendOptions,
  ): Promise<CombinedResult> {
    try {
      return await this.calls.firstTry(summary, patience).registerAndCharge(this.sale, limit, known);
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure; // a defect of ours
      return LOST;
    }
  }

  private async goOn(
    tried: AttemptResult,
    patience: number,
    alone: CallAlone,
  ): Promise<CommandResult | BrokenContract> {
    if (tried.kind === 'done' || tried.kind === 'refused') return tried;
    if (!isClear(tried)) this.settling.inDoubt = true;
    if (tried.kind === 'broken_contract') return tried;
    const { kind: _, askedToWaitMs, ...known } = tried;
    await this.calls.waitAsAsked(askedToWaitMs);
    return alone({ askFirst: true, ...known }, patience);
  }
}

/** @param known of the command from earlier rounds */
type CallAlone = (known: SendOptions, patience: number) => Promise<CommandResult | BrokenContract>;
