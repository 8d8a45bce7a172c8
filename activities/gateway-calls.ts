import { cancellationSignal } from '@temporalio/activity';
import type { GatewayTerms } from '../domain/gateway-promises';
import type { CommandResult, FailureDetail } from '../domain/command-result';
import type { FinalTransactionState, GatewayVerdict, InquiryVerdict } from '../domain/gateway-verdict';
import {
  rollbackTransaction,
  transactionId,
  type Transaction,
  type TransactionId,
} from '../domain/identifiers';
import type { Msisdn } from '../domain/msisdn';
import type { PackageCode } from '../domain/catalogue/packages';
import type { Vnd } from '../domain/vnd';
import type { Inquirable, Sale } from '../domain/purchase/sale';
import { originOf } from '../domain/trace';
import type { CallOptions, Gateway } from '../mobifone/client';
import type { Attempt, Memory } from './attempt';
import { gatewayFailure, isUnsettled } from './gateway-failures';
import { settle, type SendOptions } from './settle';

export type { Inquirable, Sale };

export interface CheckOptions extends Pick<SendOptions, 'askFirst' | 'anew'> {
  /** A registration of this purchase may have been sent: a refusal may be its own doing. */
  registrationInDoubt?: boolean;
}

export interface RollbackOptions extends SendOptions {
  ordinal: number;
  /** Whether MobiFone has once confirmed the registration. */
  registrationConfirmed: boolean;
}

/** A message from 999, sent once under its id. */
export interface Message {
  transaction: Extract<Transaction, `sms-${string}`>;
  text: string;
}

/** The calls of a purchase to MobiFone's gateway; each command is settled by `settle.ts`. */
export class GatewayCalls {
  constructor(
    private readonly gateway: Gateway,
    private readonly terms: GatewayTerms,
  ) {}

  /** It has no effect at MobiFone, so it may be repeated. */
  async check(
    sale: Sale,
    { askFirst, registrationInDoubt = false }: CheckOptions,
    attempt: Attempt,
    limit?: AbortSignal,
  ): Promise<CommandResult> {
    const { msisdn, packageCode, paymentForm } = sale;
    const verdict = await this.gateway.call(
      'check',
      { transactionId: transactionId(sale.purchaseId, 'check'), msisdn, packageCode, paymentForm },
      callOptions(sale, attempt, limit),
    );
    if (verdict.kind === 'done') return { kind: 'done', settledBy: 'reply', attempts: attempt.number };
    if (verdict.kind !== 'refused') throw gatewayFailure('check of the subscriber', verdict);
    const mayBeOurOwn = askFirst || registrationInDoubt || verdict.refusal === 'package_already_active';
    const soldBefore = mayBeOurOwn
      ? await this.settledBefore(sale, attempt, { registrationInDoubt, limit })
      : undefined;
    const { refusal } = verdict;
    return soldBefore ?? { kind: 'refused', refusal, settledBy: 'reply', attempts: attempt.number };
  }

  register(
    sale: Sale,
    options: SendOptions,
    attempt: Attempt,
    {
      limit,
      transaction = 'registration',
    }: { limit?: AbortSignal; transaction?: 'registration' | 'registration-2' } = {},
  ): Promise<CommandResult> {
    const { packageCode, paymentForm, amount } = sale;
    return this.settle('registration', transaction, sale, options, attempt, {
      limit,
      expected: { amount, packageCode },
      send: (command, call) =>
        this.gateway.call('register', { ...command, packageCode, paymentForm, amount }, call),
    });
  }

  charge(sale: Sale, options: SendOptions, attempt: Attempt, limit?: AbortSignal): Promise<CommandResult> {
    const { packageCode, amount } = sale;
    const registrationId = transactionId(sale.purchaseId, 'registration');
    return this.settle('charge', 'charge', sale, options, attempt, {
      limit,
      expected: { amount, packageCode },
      send: (command, call) =>
        this.gateway.call('charge', { ...command, registrationId, packageCode, amount }, call),
    });
  }

  /**
   * A refused rollback whose registration and charge are gone has nothing left to undo: MobiFone may refuse to repeat a rollback
   * that it has made. A registration that MobiFone once confirmed is gone only when it was rolled back; that it was
   * never received, or refused, contradicts what MobiFone said, and a person must look (I3).
   * @param ordinal counts the rollbacks of this purchase, from 1
   */
  async rollback(
    sale: Sale,
    { ordinal, registrationConfirmed, ...options }: RollbackOptions,
    attempt: Attempt,
  ): Promise<CommandResult> {
    const registrationId = transactionId(sale.purchaseId, 'registration');
    const result = await this.settle('rollback', rollbackTransaction(ordinal), sale, options, attempt, {
      send: (command, call) => this.gateway.call('rollback', { ...command, registrationId }, call),
    });
    if (result.kind === 'done') return result;
    const answer = await this.inquire(sale, 'registration', attempt);
    if (answer.kind === 'done') return result;
    const { refusal: refusedWith } = result;
    const known = { ...attempt.remembered, refusedWith }; // else the rollback would be sent again
    const state = finalState('inquiry about the registration', answer, attempt, this.terms, known);
    const isGone = registrationConfirmed ? state === 'rolled_back' : state !== 'done';
    if (!isGone || (await this.isCharged(sale, attempt, known))) return result;
    return { kind: 'done', settledBy: 'inquiry', attempts: result.attempts };
  }

  /** A charge may land when its registration is gone already, and MobiFone may then refuse to undo it. */
  private async isCharged(sale: Sale, attempt: Attempt, known: FailureDetail): Promise<boolean> {
    if (sale.paymentForm !== 'postpaid') return false;
    const answer = await this.inquire(sale, 'charge', attempt);
    return stateNow('inquiry about the charge', answer, known) === 'done';
  }

  sms(
    sale: Sale,
    { transaction, text }: Message,
    options: SendOptions,
    attempt: Attempt,
  ): Promise<CommandResult> {
    return this.settle('SMS', transaction, sale, options, attempt, {
      send: (command, call) => this.gateway.call('sms', { ...command, text }, call),
    });
  }

  inquire(
    sale: Sale,
    transaction: Inquirable,
    attempt: Attempt,
    limit?: AbortSignal,
  ): Promise<InquiryVerdict> {
    return this.gateway.call(
      'inquiry',
      commandOf(sale, transactionId(sale.purchaseId, transaction)),
      callOptions(sale, attempt, limit),
    );
  }

  /**
   * An order that is repeated after Temporal has forgotten it, or a purchase that was reset, may find its own package
   * active. Before a refused check becomes a rejection, which makes the channel refund its customer, MobiFone is asked
   * whether this sale was already made; where its registration may be on its way, until that is final.
   * @returns nothing when it does not
   */
  async settledBefore(
    sale: Sale,
    attempt: Attempt,
    {
      registrationInDoubt = false,
      limit,
    }: { registrationInDoubt?: boolean; limit?: AbortSignal | undefined } = {},
  ): Promise<CommandResult | undefined> {
    const subject = 'inquiry about the registration';
    const answer = await this.inquire(sale, 'registration', attempt, limit);
    const state = registrationInDoubt
      ? finalState(subject, answer, attempt, this.terms)
      : stateNow(subject, answer);
    return state === 'done' ? { kind: 'done', settledBy: 'inquiry', attempts: attempt.number } : undefined;
  }

  private settle(
    subject: string,
    transaction: Inquirable,
    sale: Sale,
    options: SendOptions,
    attempt: Attempt,
    {
      limit,
      expected,
      send,
    }: {
      limit?: AbortSignal | undefined;
      expected?: { amount: Vnd; packageCode: PackageCode };
      send: (command: CommandStart, options: CallOptions) => Promise<GatewayVerdict>;
    },
  ): Promise<CommandResult> {
    const command = commandOf(sale, transactionId(sale.purchaseId, transaction));
    const call = callOptions(sale, attempt, limit);
    return settle(
      {
        subject,
        options,
        inquire: () => this.gateway.call('inquiry', command, call),
        send: () => send(command, call),
        ...(expected ? { expected } : {}),
      },
      attempt,
      this.terms,
    );
  }
}

/** The fields that every command has. */
interface CommandStart {
  transactionId: TransactionId;
  msisdn: Msisdn;
}

/**
 * A state that no longer changes; *never received* counts once MobiFone was asked for as long as an inquiry may lag, after an
 * activity that was interrupted can no longer send.
 * @param known what the next attempt is to remember
 * @throws ApplicationFailure for Temporal to ask again
 */
export function finalState(
  subject: string,
  answer: InquiryVerdict,
  attempt: Attempt,
  { finalAfterMs }: GatewayTerms,
  known?: Memory,
): FinalTransactionState {
  if (known) attempt.remember(known);
  const detail = known?.refusedWith ? { refusedWith: known.refusedWith } : {};
  const state = stateNow(subject, answer, detail);
  const leftMs = attempt.lostAfterMs + finalAfterMs - attempt.sinceFirstScheduledMs;
  if (state !== 'never_received' || leftMs <= 0) return state;
  throw gatewayFailure(
    subject,
    { kind: 'unknown', detail: `MobiFone does not know it, which counts in ${leftMs} ms only` },
    { detail, nextRetryDelay: Math.min(leftMs, Math.max(1_000, attempt.sinceFirstScheduledMs)) },
  );
}

/** @throws ApplicationFailure for Temporal to ask again, when MobiFone tells no state or has not finished */
export function stateNow(
  subject: string,
  answer: InquiryVerdict,
  detail: FailureDetail = {},
): FinalTransactionState {
  if (isUnsettled(answer)) throw gatewayFailure(subject, answer, { detail });
  if (answer.kind === 'processing') throw stillProcessing(subject);
  return answer.kind;
}

function stillProcessing(subject: string): Error {
  return gatewayFailure(subject, { kind: 'unknown', detail: 'MobiFone is still processing it' });
}

function commandOf({ msisdn }: Sale, id: TransactionId): CommandStart {
  return { transactionId: id, msisdn };
}

function callOptions(sale: Sale, { beforeSend }: Attempt, limit?: AbortSignal): CallOptions {
  const cancelled = cancellationSignal();
  // oxlint-disable-next-line no-restricted-properties -- the wire takes its listener away
  const signal = limit ? AbortSignal.any([cancelled, limit]) : cancelled;
  return { signal, beforeSend, ...(sale.channel ? { channel: sale.channel } : {}), ...originOf(sale) };
}
