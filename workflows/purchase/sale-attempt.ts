import { ActivityFailure, CancellationScope } from '@temporalio/workflow';
import type { CheckOptions, Sale, SendOptions } from '../../activities/gateway-activities';
import {
  isClear,
  LOST_ATTEMPT,
  type AttemptResult,
  type CommandResult,
  type SaleAttemptResult,
} from '../../domain/command-result';
import type { PurchaseRecord } from './record';
import type { ActivityProxies } from '../activity-proxies';
import { isLaterPurchaseRun } from '../later-run';
import { decidedBefore } from './earlier-run';
import type { SaleStop } from './sale-stop';
import type { BrokenContract, SendCommand, StepPlan } from './step-runner';

/** The attempt, or its worker, was lost: any of its calls may have been sent. */
const LOST: SaleAttemptResult = { check: LOST_ATTEMPT, registration: LOST_ATTEMPT, charge: LOST_ATTEMPT };

/** Makes the check as an activity of its own. */
type CheckCommand = (known: CheckOptions, patience: number) => Promise<CommandResult | BrokenContract>;

/**
 * Check, registration and charge of a postpaid purchase, first attempted in one activity: one record of intent, and no
 * workflow task between them. What that leaves unsettled continues as an activity of its own, which asks before it sends
 * (docs/decisions/0017-the-sale-is-tried-at-once.md). Purchases accepted before that decision make the check apart.
 */
export class SaleAttempt {
  private result: SaleAttemptResult | undefined;
  private running: Promise<SaleAttemptResult> | undefined;

  constructor(
    private readonly activities: ActivityProxies,
    private readonly sale: Sale,
    private readonly record: Pick<PurchaseRecord, 'order' | 'begunAtMs'>,
    private readonly saleStop: SaleStop,
    /** Called when a command may have been sent and is not settled. */
    private readonly onDoubt: () => void,
    /** Whether the attempt was made, in this run or in one before it. */
    private wasMade: boolean,
  ) {}

  /** Whether the check is part of the attempt. */
  get beginsWithCheck(): boolean {
    return this.activities.attemptLimit(this.sale)?.from === 'check';
  }

  /** Whether the registration may have been sent before its step began. */
  get hasSentRegistration(): boolean {
    return this.beginsWithCheck && this.result !== undefined && this.result.registration !== null;
  }

  /** The check by the attempt, or by `alone` where it settled nothing. */
  check(summary: string, alone: CheckCommand): SendCommand {
    const unsettled = (known: CheckOptions, patience: number) => {
      const anew = known.anew === true || isLaterPurchaseRun(this.record); // a reset may have come since the attempt was scheduled
      const registrationInDoubt = this.hasSentRegistration || anew;
      return alone({ ...known, ...(anew ? { anew } : {}), registrationInDoubt }, patience);
    };
    return async (known, patience) => {
      if (this.wasMade || known.anew) return unsettled(known, patience);
      const { check } = await this.attempt('check', summary, patience, known);
      if (isSettled(check)) return check;
      if (check.kind === 'unsettled') await this.activities.waitAsAsked(check.askedToWaitMs);
      return unsettled(known, patience); // it has no effect: what broke the contract once is asked again
    };
  }

  /** The registration by the attempt, or by `alone` where there is none or where it settled nothing. */
  registration(summary: string, alone: SendCommand): Pick<StepPlan, 'send' | 'sendAtOnce'> {
    if (this.beginsWithCheck) return this.takeOver('registration', alone);
    return {
      send: async (known, patience) => {
        const goesAlone = !this.activities.attemptLimit(this.sale) || this.wasMade || known.anew;
        if (goesAlone) return alone(known, patience);
        const { registration } = await this.attempt('registration', summary, patience, known);
        return continueFrom(this.activities, registration ?? LOST_ATTEMPT, { ...known, patience }, alone);
      },
    };
  }

  /** The charge, where the attempt came to it; else by `alone`. */
  charge(alone: SendCommand): Pick<StepPlan, 'send' | 'sendAtOnce'> {
    const { send, sendAtOnce } = this.takeOver('charge', alone);
    return this.beginsWithCheck ? { send, sendAtOnce } : { send };
  }

  /** When MobiFone answered the call, where the attempt went on from it; ISO 8601. */
  endOf(call: 'check' | 'registration'): string | undefined {
    const own = this.result?.[call];
    const next = this.result?.[call === 'check' ? 'registration' : 'charge'];
    return own && next && 'at' in own ? own.at : undefined;
  }

  /** A call that was attempted before its step began: what is settled is taken as it is, whatever was asked for since. */
  private takeOver(call: 'registration' | 'charge', alone: SendCommand): Required<AttemptedBefore> {
    let attempted = this.result?.[call] ?? undefined;
    return {
      sendAtOnce: () => Promise.resolve(attempted && isSettled(attempted) ? attempted : undefined),
      send: (known, patience) => {
        const left = attempted;
        attempted = undefined;
        return left
          ? continueFrom(this.activities, left, { ...known, patience }, alone)
          : alone(known, patience);
      },
    };
  }

  /** No interruption ends it: a stop waits until it is known whether the charge was sent. */
  private attempt(
    from: 'check' | 'registration',
    summary: string,
    patience: number,
    known: SendOptions,
  ): Promise<SaleAttemptResult> {
    this.wasMade = true; // every later round is an activity of its own
    this.running ??= CancellationScope.nonCancellable(async () => {
      this.saleStop.chargeMayFollow();
      try {
        this.result = await this.make(from, summary, patience, known);
      } finally {
        this.saleStop.chargeWas(this.result?.charge ? 'sent' : 'not_sent');
      }
      const { registration, charge } = this.result;
      if (isInDoubt(registration) || isInDoubt(charge)) this.onDoubt();
      return this.result;
    });
    return this.running;
  }

  /** @throws ActivityFailure when an earlier run has decided the purchase */
  private async make(
    from: 'check' | 'registration',
    summary: string,
    patience: number,
    known: SendOptions,
  ): Promise<SaleAttemptResult> {
    const { ms = 0 } = this.activities.attemptLimit(this.sale) ?? {};
    const once = this.activities.once(summary, patience, 'sale');
    try {
      if (from === 'check') return await once.attemptSale(this.sale, ms);
      return { check: LOST_ATTEMPT, ...(await once.registerAndCharge(this.sale, ms, known)) };
    } catch (failure) {
      // Also one that no worker seems to have begun: it may have been paused while it ran.
      if (failure instanceof ActivityFailure && !decidedBefore(failure)) return LOST;
      throw failure;
    }
  }
}

type AttemptedBefore = Pick<StepPlan, 'send' | 'sendAtOnce'>;

/**
 * What an attempt settled; what it did not goes on by `alone`, which asks first.
 * @param anew what goes on in a later run is of a later run; see `earlier-runs.ts`
 */
export async function continueFrom(
  activities: Pick<ActivityProxies, 'waitAsAsked'>,
  attempted: AttemptResult,
  { anew, patience }: Pick<SendOptions, 'anew'> & { patience: number },
  alone: SendCommand,
): ReturnType<SendCommand> {
  if (attempted.kind !== 'unsettled') return attempted;
  const { kind: _, askedToWaitMs, ...known } = attempted;
  await activities.waitAsAsked(askedToWaitMs);
  return alone({ askFirst: true, ...known, ...(anew ? { anew } : {}) }, patience);
}

function isSettled(attempted: AttemptResult): attempted is AttemptResult & { kind: 'done' | 'refused' } {
  return attempted.kind === 'done' || attempted.kind === 'refused';
}

function isInDoubt(attempted: AttemptResult | null): boolean {
  return attempted !== null && !isSettled(attempted) && !isClear(attempted);
}
