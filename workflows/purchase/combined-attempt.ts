import { ActivityFailure, CancellationScope } from '@temporalio/workflow';
import type { Sale, SendOptions } from '../../activities/gateway-activities';
import { isClear, type AttemptResult, type CombinedResult } from '../../domain/command-result';
import type { ActivityProxies } from '../activity-proxies';
import type { SaleStop } from './sale-stop';
import type { SendCommand } from './step-runner';

/** The attempt, or its worker, was lost: either command may have been sent. */
const LOST: CombinedResult = {
  registration: { kind: 'unsettled', askedToWaitMs: 0 },
  charge: { kind: 'unsettled', askedToWaitMs: 0 },
};

/**
 * The registration of a postpaid purchase and its charge, first attempted in one activity: one record of intent for
 * both, and one workflow task less. What that leaves unsettled continues as an activity of its own, which asks before
 * it sends (docs/decisions/0017-charge-with-registration.md).
 */
export class CombinedAttempt {
  private result: CombinedResult | undefined;
  private running: Promise<CombinedResult> | undefined;
  /** Set in the first round: every later one is an activity of its own. */
  private registrationGoesAlone: boolean;
  private chargeGoesAlone = false;

  constructor(
    private readonly activities: ActivityProxies,
    private readonly sale: Sale,
    private readonly saleStop: SaleStop,
    /** Called when a command may have been sent and is not settled. */
    private readonly onDoubt: () => void,
    /** Whether an earlier run has made the attempt. */
    wasMade: boolean,
  ) {
    this.registrationGoesAlone = wasMade;
  }

  /** The registration by the combined attempt, or by `alone` where there is none or where it settled nothing. */
  registration(summary: string, alone: SendCommand): SendCommand {
    return async (known, patience) => {
      const limit = this.activities.combinedLimitMs(this.sale);
      if (limit === undefined || this.registrationGoesAlone || known.anew) return alone(known, patience);
      this.registrationGoesAlone = true;
      const { registration } = await this.attempt(limit, summary, patience, known);
      return this.continueFrom(registration, patience, alone);
    };
  }

  /** The charge, where the combined attempt came to it; else by `alone`. */
  charge(alone: SendCommand): SendCommand {
    return async (known, patience) => {
      const charge = this.result?.charge;
      if (!charge || this.chargeGoesAlone) return alone(known, patience);
      this.chargeGoesAlone = true;
      return this.continueFrom(charge, patience, alone);
    };
  }

  /** When MobiFone made the registration, where the charge followed it at once; ISO 8601. */
  get chargedFrom(): string | undefined {
    if (!this.result?.charge) return undefined;
    return 'at' in this.result.registration ? this.result.registration.at : undefined;
  }

  /** No interruption ends it: a stop waits until it is known whether the charge was sent. */
  private attempt(
    limit: number,
    summary: string,
    patience: number,
    known: SendOptions,
  ): Promise<CombinedResult> {
    this.running ??= CancellationScope.nonCancellable(async () => {
      this.saleStop.chargeMayFollow();
      this.result = await this.make(limit, summary, patience, known);
      this.saleStop.chargeWas(this.result.charge ? 'sent' : 'not_sent');
      return this.result;
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
      return await this.activities
        .combinedAttempt(summary, patience)
        .registerAndCharge(this.sale, limit, known);
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure; // a defect of ours
      return LOST;
    }
  }

  private async continueFrom(
    attempted: AttemptResult,
    patience: number,
    alone: SendCommand,
  ): ReturnType<SendCommand> {
    if (attempted.kind === 'done' || attempted.kind === 'refused') return attempted;
    if (!isClear(attempted)) this.onDoubt();
    if (attempted.kind === 'broken_contract') return attempted;
    const { kind: _, askedToWaitMs, ...known } = attempted;
    await this.activities.waitAsAsked(askedToWaitMs);
    return alone({ askFirst: true, ...known }, patience);
  }
}
