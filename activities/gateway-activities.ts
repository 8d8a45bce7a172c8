import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import {
  LOST_ATTEMPT,
  type AttemptResult,
  type CombinedResult,
  type CommandResult,
  type FailureDetail,
  type SaleAttemptResult,
} from '../domain/command-result';
import { caseIdOf, type ChannelName } from '../domain/identifiers';
import type { GatewayTerms } from '../domain/gateway-promises';
import type { FinalTransactionState, TransactionState } from '../domain/gateway-verdict';
import type { Gateway } from '../mobifone/client';
import type { Attempt } from './attempt';
import { withHeartbeat } from './heartbeat';
import { attemptOnce } from './attempt-once';
import { NO_EARLIER_RUNS, requireUndecided, requireUnsold, type EarlierRuns } from './earlier-runs';
import {
  finalState,
  GatewayCalls,
  stateNow,
  type CheckOptions,
  type Inquirable,
  type Message,
  type Sale,
} from './gateway-calls';
import { isUnsettled } from './gateway-failures';
import type { SendOptions } from './settle';

export type { CheckOptions, Inquirable, Message, Sale, SendOptions };

/** A rollback as workflows order it. */
type RollbackOrder = SendOptions & { again: boolean; ordinal?: number; registrationConfirmed?: boolean };

/**
 * The result of registering a package again. Nothing was sent where it `stands`, since the first registration does, or where an
 * earlier run of the case has had the customer `refunded`.
 */
export type Reregistration = CommandResult | { kind: 'stands' } | { kind: 'refunded' };

/** A second registration as cases order it: those of older workers do not say that they know a result `refunded`, and would ask for ever. */
type ReregistrationOrder = SendOptions & { knowsRefunded?: boolean };

/** What happens during an outage to a purchase that has sent nothing yet. */
export interface OutagePolicy {
  /** Whether such a purchase of the channel is refused instead of waiting; see `OUTAGE_POLICY`. */
  refuses: (channel?: ChannelName) => boolean;
}

/**
 * One function for each remote call of the flow; every reply becomes a `CommandResult` or a typed failure.
 * @param terms what MobiFone's gateway is taken to keep
 * @param outage asked before the first command of a purchase only: what has begun is never refused
 * @param earlier asked before a command that sells, in a run that is not the first of its workflow
 */
export function createGatewayActivities(
  gateway: Gateway,
  terms: GatewayTerms,
  outage: OutagePolicy = { refuses: () => false },
  earlier: EarlierRuns = NO_EARLIER_RUNS,
) {
  const calls = new GatewayCalls(gateway, terms);

  /** In an outage, refuses a purchase that has certainly sent nothing, where the policy says so. */
  async function check(
    sale: Sale,
    options: CheckOptions,
    attempt: Attempt,
    limit?: AbortSignal,
  ): Promise<CommandResult> {
    const mayHaveBegun = options.askFirst || options.registrationInDoubt;
    if (!mayHaveBegun && outage.refuses(sale.channel)) return REFUSED_IN_OUTAGE;
    return calls.check(sale, options, attempt, limit);
  }

  /** Attempts both, the charge only after a registration that MobiFone made. */
  async function registerThenCharge(
    sale: Sale,
    limitMs: number,
    options: SendOptions,
    attempt: Attempt,
  ): Promise<CombinedResult> {
    const registration = await attemptOnce(attempt, options, limitMs, (limit) =>
      calls.register(sale, options, attempt, { limit }),
    );
    if (registration.kind !== 'done') return { registration, charge: notReached(attempt) };
    // Refused since it was there already: the order may be one that was charged before Temporal forgot it.
    const known = { ...options, askFirst: options.askFirst || registration.settledBy === 'inquiry' };
    const charge = await attemptOnce(attempt, known, limitMs, (limit) =>
      calls.charge(sale, known, attempt, limit),
    );
    return { registration, charge };
  }

  return {
    /** Step (2). Has no effect at MobiFone, so it may be repeated. */
    checkSubscriber: (sale: Sale, options: CheckOptions = { askFirst: false }): Promise<CommandResult> =>
      withHeartbeat('check of the subscriber', async (attempt) => {
        requireOptions(options);
        await requireUndecided(earlier, options, attempt);
        return check(sale, options, attempt);
      }),

    /** Step (2.2); for a prepaid subscriber this takes the money as well. */
    registerPackage: (sale: Sale, options: SendOptions): Promise<CommandResult> =>
      withHeartbeat('registration', async (attempt) => {
        requireOptions(options);
        await requireUndecided(earlier, options, attempt);
        const isFirstCommand = sale.paymentForm === 'prepaid' && !options.askFirst && attempt.isFirst;
        if (isFirstCommand && outage.refuses(sale.channel)) return REFUSED_IN_OUTAGE;
        return calls.register(sale, options, attempt);
      }),

    /** Step (5.1), postpaid. */
    chargeSubscriber: (sale: Sale, options: SendOptions): Promise<CommandResult> =>
      withHeartbeat('charge', async (attempt) => {
        requireOptions(options);
        await requireUndecided(earlier, options, attempt);
        return calls.charge(sale, options, attempt);
      }),

    /**
     * Steps (2), (2.2) and (5.1) of a postpaid purchase, first attempted together: one record of intent, and the answer
     * without a detour through Temporal between them. Each follows only when MobiFone has said yes to the one before.
     * What is not settled within the limit, milliseconds for each, is left to the activities of each call, which ask
     * first (docs/decisions/0017-the-sale-is-tried-at-once.md).
     */
    attemptSale: (sale: Sale, limitMs: number): Promise<SaleAttemptResult> =>
      withHeartbeat('first attempt of the sale', async (attempt) => {
        attempt.forgetMemory();
        await requireUndecided(earlier, {}, attempt);
        const mayHaveBegun = !attempt.isFirst;
        const options = { askFirst: mayHaveBegun, registrationInDoubt: mayHaveBegun };
        const checked = await attemptOnce(attempt, options, limitMs, (limit) =>
          check(sale, options, attempt, limit),
        );
        if (checked.kind !== 'done')
          return { check: checked, registration: notReached(attempt), charge: notReached(attempt) };
        const known = { askFirst: checked.settledBy === 'inquiry' }; // then this very sale was registered before
        return { check: checked, ...(await registerThenCharge(sale, limitMs, known, attempt)) };
      }),

    /** Steps (2.2) and (5.1) first attempted together, for purchases accepted before `attemptSale`. */
    registerAndCharge: (
      sale: Sale,
      limitMs: number,
      options: SendOptions = { askFirst: false },
    ): Promise<CombinedResult> =>
      withHeartbeat('registration and charge', async (attempt) => {
        requireOptions(options);
        attempt.forgetMemory();
        await requireUndecided(earlier, options, attempt);
        return registerThenCharge(sale, limitMs, options, attempt);
      }),

    /**
     * Step (6.1). Undoes the registration and any charge made for it, and voids a registration that has not
     * arrived yet.
     * @param options `ordinal` counts the rollbacks of a purchase from 1: what was refused, and what landed after a
     * rollback, is rolled back under an id of its own (P6). Workflows of older workers say `again` for the second, and
     * not whether the registration was confirmed.
     */
    rollbackRegistration: (
      sale: Sale,
      { again, ordinal, registrationConfirmed = again, ...options }: RollbackOrder,
    ): Promise<CommandResult> =>
      withHeartbeat('rollback', async (attempt) => {
        requireOptions(options);
        await requireUnsold(earlier, options, attempt);
        const order = { ...options, registrationConfirmed, ordinal: ordinal ?? (again ? 2 : 1) };
        return calls.rollback(sale, order, attempt);
      }),

    /**
     * For a case: registers what MobiFone no longer has once more, under an id of its own, and never while the first
     * registration stands (a prepaid subscriber would pay twice), nor once the customer is refunded: a case can be reset.
     */
    registerAgain: (sale: Sale, options: ReregistrationOrder): Promise<Reregistration> =>
      withHeartbeat('second registration', async (attempt) => {
        requireCase();
        requireOptions(options);
        if (await earlier.refundedByCase(sale.purchaseId)) {
          if (options.knowsRefunded) return { kind: 'refunded' };
          throw refundedBefore(options);
        }
        const first = await calls.settledBefore(sale, attempt);
        if (first?.kind === 'done') return { kind: 'stands' };
        return calls.register(sale, options, attempt, { transaction: 'registration-2' });
      }),

    /** Steps (4), (7), (8): one message from 999, once per id. */
    sendMessage: (sale: Sale, message: Message, options: SendOptions): Promise<CommandResult> =>
      withHeartbeat('SMS', (attempt) => {
        requireOptions(options);
        return calls.sms(sale, message, options, attempt);
      }),

    /** Steps (7) and (8): each message attempted once; what that leaves unsettled is left to `sendMessage`. */
    sendMessages: (sale: Sale, messages: readonly Message[]): Promise<AttemptResult[]> =>
      withHeartbeat('SMS', (attempt) => {
        attempt.forgetMemory();
        return Promise.all(
          messages.map((message) =>
            attemptOnce(attempt, FRESH, undefined, () => calls.sms(sale, message, FRESH, attempt)),
          ),
        );
      }),

    /** Asks MobiFone once for the state of a transaction; no answer is a result too. */
    inquireOnce: (sale: Sale, transaction: Inquirable): Promise<TransactionState> =>
      withHeartbeat('inquiry', async (attempt) => {
        const answer = await calls.inquire(sale, transaction, attempt);
        return isUnsettled(answer) ? 'no_answer' : answer.kind;
      }),

    /**
     * Asks until MobiFone states the final state of a transaction that a person has decided about: *never received*
     * counts only after the time that an inquiry may lag.
     */
    inquireUntilFinal: (sale: Sale, transaction: Inquirable): Promise<FinalTransactionState> =>
      withHeartbeat(`inquiry about the ${transaction}`, async (attempt) => {
        const answer = await calls.inquire(sale, transaction, attempt);
        return finalState(`inquiry about the ${transaction}`, answer, attempt, terms);
      }),

    /** After doubt: whether the registration or the charge took effect at MobiFone after all. */
    findLateEffect: (sale: Sale): Promise<boolean> =>
      withHeartbeat('inquiry about a late effect', async (attempt) => {
        for (const transaction of ['registration', 'charge'] as const) {
          const answer = await calls.inquire(sale, transaction, attempt);
          if (stateNow(`inquiry about the ${transaction}`, answer) === 'done') return true;
        }
        return false;
      }),
  };
}

/**
 * Every workflow says in each command whether it may have been sent before. Payloads of one activity are bound to it and not to
 * their place, so that a sale could be given for what is known of its command, which would then be sent unasked.
 * @throws ApplicationFailure which is not retried; nothing may be sent then
 */
function requireOptions(options: Partial<SendOptions>): void {
  if (typeof options === 'object' && typeof options.askFirst === 'boolean') return;
  throw ordered('nothing');
}

/** @throws the same: in the workflow of a purchase nothing is registered again */
function requireCase(): void {
  if (caseIdOf(activityInfo().workflowExecution?.workflowId ?? '') !== undefined) return;
  throw ordered('no second registration');
}

/** For the case of an older worker, which shows it to a person, pauses, and asks again: a newer worker gives it the result. */
function refundedBefore({ refusedWith, disputed }: SendOptions): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'RefundedByCase',
    message: 'nothing was sent: the channel has been told to refund',
    nonRetryable: true,
    details: [{ refusedWith, disputed } satisfies FailureDetail],
  });
}

function ordered(nothing: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `nothing was sent: ${nothing} was ordered by this`,
    'ForeignActivity',
  );
}

/** What an attempt did not come to; after Temporal's activity reset, an attempt before it may have sent it all the same. */
function notReached({ isFirst }: Pick<Attempt, 'isFirst'>): AttemptResult | null {
  return isFirst ? null : LOST_ATTEMPT;
}

/** What is certainly sent for the first time. */
const FRESH: SendOptions = { askFirst: false };

/** Nothing was sent to MobiFone, so this is as certain as a refusal by MobiFone. */
const REFUSED_IN_OUTAGE: CommandResult = {
  kind: 'refused',
  refusal: 'mobifone_unavailable',
  settledBy: 'reply',
  attempts: 1,
};

export type GatewayActivities = ReturnType<typeof createGatewayActivities>;
