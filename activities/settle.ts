import { disbeliefMs, refusalsAreFinal, type GatewayTerms } from '../domain/gateway-promises';
import type { CommandKnowledge, CommandResult, FailureDetail } from '../domain/command-result';
import {
  disputedWith,
  type Disputed,
  type GatewayVerdict,
  type InquiryVerdict,
  type Unsettled,
} from '../domain/gateway-verdict';
import type { ReasonCode } from '../domain/purchase/reasons';
import { isAttemptLost, type Attempt, type Memory } from './attempt';
import { gatewayFailure, toBeSent } from './gateway-failures';

/** What is known of a command before this activity, from any attempt, round or worker. */
export interface SendOptions extends CommandKnowledge {
  /** The command may have been sent before under the same id; `neverSent` then says that it certainly was not. */
  askFirst: boolean;
  /** This run of the workflow is not its first: an earlier one may have decided the purchase; see `earlier-runs.ts`. */
  anew?: boolean | undefined;
  /** The activity before this one was interrupted, and may send until it has heard of it. */
  interrupted?: boolean | undefined;
  /** A person has been called about a broken contract: Temporal retries it like silence. */
  persistent?: boolean | undefined;
}

/** One command of a purchase under its one id. */
export interface Command {
  /** In words, for the Web UI. */
  subject: string;
  options: SendOptions;
  inquire: () => Promise<InquiryVerdict>;
  send: () => Promise<GatewayVerdict>;
  /** What an inquiry must state of a command that moves money; compared where it is stated. */
  expected?: { amount: number; packageCode: string };
}

/** Refusals that the command itself may have caused: the network delivered it twice, and the second was refused. */
const MAY_BE_OUR_OWN: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'package_already_active',
  'registration_refused',
  'insufficient_balance',
  'duplicate_order',
]);

/** The first pause before *never received* is asked about again; each further pause is as long as all before. */
const MIN_RECHECK_MS = 1_000;
/** What an inquiry has to state where that is disputed, and how it is called. */
const MUST_TELL = {
  amount: { fields: ['amount'], words: 'amount' },
  package: { fields: ['packageCode'], words: 'package' },
  amount_and_package: { fields: ['amount', 'packageCode'], words: 'amount and package' },
} as const satisfies Record<Disputed, { fields: readonly ('amount' | 'packageCode')[]; words: string }>;

/**
 * Settles one command: sends it in its activity's first attempt, and whenever it may have been sent before asks MobiFone
 * first. Where a later attempt finds that it has to be sent, the next activity sends it. *Never received* is believed only when nothing was sent for as long as an inquiry may lag (P3), and
 * a refusal only when it cannot come of our own command (P1, P2); see docs/gateway-promises.md.
 * @throws ApplicationFailure of `GATEWAY_FAILURES`, for Temporal to retry or the workflow to go on from
 */
export function settle(command: Command, attempt: Attempt, terms: GatewayTerms): Promise<CommandResult> {
  return new CommandAttempt(command, attempt, terms).run();
}

/** One attempt of one command. */
class CommandAttempt {
  private readonly memory: Memory;
  /** Whether this attempt has handed the command to the gateway. */
  private sent = false;

  constructor(
    private readonly command: Command,
    private readonly attempt: Attempt,
    private readonly terms: GatewayTerms,
  ) {
    const { neverSent, refusedWith, sentOnce, disputed, quiet, anew, interrupted } = command.options;
    // What the workflow knew when it called holds for the first attempt: one that was lost since may have sent.
    const isQuiet = this.isFresh || (neverSent && attempt.isFirst);
    const isKnown = attempt.sendsOnce && attempt.isFirstInRun && quiet?.run === attempt.run;
    const known = isKnown ? { quietSinceMs: quiet.sinceMs } : {};
    this.memory = {
      ...(isQuiet ? { quietSinceMs: 0 } : known),
      ...(refusedWith ? { refusedWith } : {}),
      ...(sentOnce ? { sentOnce } : {}),
      ...(disputed ? { disputed } : {}),
      ...attempt.remembered,
    };
    const mayOverlap = interrupted || anew || attempt.isOfAnotherRun;
    this.memory.quietSinceMs ??= attempt.scheduledAtMs + (mayOverlap ? attempt.lostAfterMs : 0);
  }

  async run(): Promise<CommandResult> {
    try {
      return this.isFresh ? await this.send() : await this.askFirst();
    } catch (failure) {
      this.attempt.remember(this.sent ? this.memoryAfterSend : this.memory);
      throw this.sent && isAttemptLost(failure) ? this.lostAfterSend() : failure;
    }
  }

  /** Nothing can have been sent before. */
  private get isFresh(): boolean {
    return this.attempt.isFirst && !this.command.options.askFirst;
  }

  private get quietMs(): number {
    return this.attempt.scheduledAtMs - (this.memory.quietSinceMs ?? this.attempt.scheduledAtMs);
  }

  private async askFirst(): Promise<CommandResult> {
    const answer = await this.command.inquire();
    if (answer.kind !== 'never_received') return this.byInquiry(answer);
    const disbelief = disbeliefMs(this.terms);
    const wait = disbelief - this.quietMs;
    if (disbelief > 0 && wait > 0) throw this.notYetBelieved(wait);
    const { refusedWith } = this.memory;
    if (refusedWith) return this.refused(refusedWith, 'inquiry');
    if (!this.attempt.maySend)
      throw toBeSent(this.command.subject, { ...this.detail, triedMs: this.attempt.sinceFirstScheduledMs });
    return this.send();
  }

  private async send(): Promise<CommandResult> {
    const verdict = await this.sendOnce();
    if (verdict.kind !== 'retry_later' || verdict.credentials !== 'renewed') return this.resultOf(verdict);
    // Our token had expired. MobiFone says that nothing was done; it is asked all the same before anything is repeated.
    const answer = await this.command.inquire();
    return answer.kind === 'never_received' ? this.resultOf(await this.sendOnce()) : this.byInquiry(answer);
  }

  private async sendOnce(): Promise<GatewayVerdict> {
    this.sent = true;
    try {
      const verdict = await this.command.send();
      if (verdict.kind === 'retry_later') this.sent = false; // it says so: as quiet as before
      return verdict;
    } catch (failure) {
      if (isAttemptLost(failure)) this.sent = false; // the command itself was held back
      throw failure;
    }
  }

  private resultOf(verdict: GatewayVerdict): CommandResult | Promise<CommandResult> {
    switch (verdict.kind) {
      case 'done':
        return { kind: 'done', settledBy: 'reply', attempts: this.attempts };
      case 'refused':
        return this.confirmed(verdict.refusal);
      case 'broken_contract':
      case 'retry_later':
      case 'unknown':
        throw this.failure(this.command.subject, verdict);
    }
  }

  /** A refusal after doubt, or one that our own command may have caused, counts unless an inquiry says otherwise. */
  private async confirmed(refusal: ReasonCode): Promise<CommandResult> {
    const mayBeOurs = MAY_BE_OUR_OWN.has(refusal) && !this.terms.kept.includes('P1');
    const certain = this.isFresh && !mayBeOurs;
    if (certain || refusalsAreFinal(this.terms)) return this.refused(refusal, 'reply');
    this.memory.refusedWith = refusal;
    if (this.isFresh) this.memory.sentOnce = true;
    else delete this.memory.sentOnce;
    const answer = await this.command.inquire();
    if (answer.kind === 'refused') return this.refused(refusal, 'reply');
    if (answer.kind !== 'never_received') return this.byInquiry(answer);
    if (disbeliefMs(this.terms) === 0) return this.refused(refusal, 'inquiry');
    throw this.notYetBelieved(disbeliefMs(this.terms));
  }

  private byInquiry(answer: Exclude<InquiryVerdict, { kind: 'never_received' }>): CommandResult {
    const subject = `inquiry about the ${this.command.subject}`;
    switch (answer.kind) {
      case 'done': {
        const fault = this.contradiction(answer);
        if (fault) throw this.failure(subject, { kind: 'broken_contract', ...fault });
        return { kind: 'done', settledBy: 'inquiry', attempts: this.attempts };
      }
      case 'refused':
        return this.refused(answer.refusal, 'inquiry', this.isCertain ? 1 : this.attempts);
      case 'rolled_back':
        return this.refused('duplicate_order', 'inquiry');
      case 'processing':
        throw this.failure(this.command.subject, {
          kind: 'unknown',
          detail: 'MobiFone is still processing it',
        });
      default:
        throw this.failure(subject, answer);
    }
  }

  /** How an inquiry contradicts the order; what it does not state confirms nothing that is disputed. */
  private contradiction(told: {
    amount?: number;
    packageCode?: string;
  }): { detail: string; disputed?: Disputed } | undefined {
    const { expected } = this.command;
    if (!expected) return undefined;
    const otherAmount = told.amount !== undefined && told.amount !== expected.amount;
    const otherPackage = told.packageCode !== undefined && told.packageCode !== expected.packageCode;
    if (otherAmount) {
      return {
        detail: `MobiFone has it for ${told.amount} VND, not ${expected.amount}`,
        disputed: otherPackage ? 'amount_and_package' : 'amount',
      };
    }
    if (otherPackage) {
      return {
        detail: `MobiFone has it for the package ${told.packageCode}, not ${expected.packageCode}`,
        disputed: 'package',
      };
    }
    const { disputed } = this.memory;
    const { fields, words } = disputed === undefined ? { fields: [], words: '' } : MUST_TELL[disputed];
    if (fields.some((field) => told[field] === undefined)) {
      return {
        detail: `MobiFone answered for another ${words}, and its inquiry does not tell the ${words}: nobody has confirmed it`,
      };
    }
    return told.amount === undefined && this.terms.kept.includes('P7')
      ? { detail: 'the inquiry does not tell the amount, as P7 promises' }
      : undefined;
  }

  private refused(
    refusal: ReasonCode,
    settledBy: 'reply' | 'inquiry',
    attempts: number = this.attempts,
  ): CommandResult {
    return { kind: 'refused', refusal, settledBy, attempts };
  }

  /** The refusal that an inquiry confirms is that of the only sending. */
  private get isCertain(): boolean {
    return this.memory.sentOnce === true && this.memory.refusedWith !== undefined;
  }

  /** Above 1 where a command of an earlier attempt or round may still be in flight to MobiFone. */
  private get attempts(): number {
    const { askFirst, neverSent } = this.command.options;
    return this.attempt.number + (askFirst && !neverSent ? 1 : 0);
  }

  private notYetBelieved(waitMs: number): Error {
    const untilQuietMs = Math.abs(this.quietMs); // also while the quiet time is still to come
    const retryInMs = this.sent ? MIN_RECHECK_MS : Math.max(untilQuietMs, MIN_RECHECK_MS);
    return this.failure(
      this.command.subject,
      {
        kind: 'unknown',
        detail: `MobiFone does not know it, which counts only when nothing was sent for ${waitMs} ms more`,
      },
      Math.min(retryInMs, waitMs),
    );
  }

  private failure(subject: string, verdict: Unsettled, nextRetryDelay?: number): Error {
    const named = verdict.kind === 'broken_contract' ? verdict.disputed : undefined;
    const disputed = disputedWith(this.memory.disputed, named);
    if (disputed) this.memory.disputed = disputed;
    const { persistent } = this.command.options;
    return gatewayFailure(subject, verdict, { detail: this.detail, persistent, nextRetryDelay });
  }

  /** An inquiry was held back since the attempt may no longer count; the command before it was not. */
  private lostAfterSend(): Error {
    const detail = 'it was sent, and the attempt then no longer counted, so that MobiFone was not asked';
    return this.failure(this.command.subject, { kind: 'unknown', detail });
  }

  /** What the workflow goes on from. */
  private get detail(): FailureDetail {
    const { refusedWith, sentOnce, disputed, quietSinceMs } = this.memory;
    const { run, sendsOnce } = this.attempt; // after another's failure, a later attempt may have sent it
    return {
      ...(refusedWith ? { refusedWith } : {}),
      ...(sentOnce ? { sentOnce } : {}),
      ...(disputed ? { disputed } : {}),
      ...(!this.sent && quietSinceMs === 0 ? { neverSent: true } : {}),
      ...(sendsOnce && !this.sent && quietSinceMs ? { quiet: { sinceMs: quietSinceMs, run } } : {}),
    };
  }

  /** The next attempt counts from its own beginning. */
  private get memoryAfterSend(): Memory {
    const { quietSinceMs: _, ...rest } = this.memory;
    return rest;
  }
}
