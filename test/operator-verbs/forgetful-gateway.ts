import type { GatewayVerdict, InquiryVerdict } from '../../domain/gateway-verdict';
import type { PurchaseId, Transaction } from '../../domain/identifiers';
import type { ReasonCode } from '../../domain/purchase/reasons';
import type { CallOptions, Gateway } from '../../mobifone/client';
import type { GatewayCall, GatewayCommands, GatewayVerdicts } from '../../mobifone/contract';

export type Command = Exclude<GatewayCall, 'inquiry'>;
/** Whether a command whose reply is lost was executed. */
export type Effect = 'before' | 'after';

/** How the gateway treats one purchase until `heal` is called. */
export interface Misconduct {
  /** The reply to the first command of a transaction is lost. */
  lost?: { call: Command; effect: Effect };
  /** The reply to the first such command is held back until `heal`, and is then lost. */
  held?: { call: Command; effect: Effect };
  /** These commands get no reply and have no effect. */
  dead?: Command;
  /** Inquiries get no reply: always, or once something was rolled back. */
  silentInquiries?: 'always' | 'after_rollback';
  /** These are refused, also after `heal`. */
  refused?: Partial<Record<Command, ReasonCode>>;
  /** For how long an inquiry does not see what was executed; also after `heal`, milliseconds. */
  inquiryLagMs?: number;
}

/** One call as it reached the gateway. */
export interface LedgerLine {
  at: number;
  call: GatewayCall;
  transaction: Transaction;
  /** Whether it took effect. */
  executed: boolean;
  /** The kind of verdict that went back; `no_reply` when none did. */
  answered: GatewayVerdict['kind'] | InquiryVerdict['kind'] | 'no_reply';
}

/** `beforeSend` of newer callers: may hold a command back, and is asked again after each promise that it gives. */
type Options = CallOptions & { beforeSend?: () => Promise<void> | undefined };

const NO_REPLY = { kind: 'unknown', detail: 'no reply' } as const;

/**
 * A gateway that does not deduplicate: every command that arrives is executed, however often its transaction id was
 * seen. Written from the contract for this room; its ledger says what MobiFone did.
 */
export class ForgetfulGateway implements Gateway {
  private readonly lines = new Map<string, LedgerLine[]>();
  private readonly plans = new Map<string, Misconduct>();
  private readonly healed = new Set<string>();
  private readonly releases = new Map<string, () => void>();

  misbehave(purchaseId: PurchaseId, plan: Misconduct): void {
    this.plans.set(purchaseId, plan);
  }

  /** From now on replies arrive and inquiries are answered; what was held back is lost. */
  heal(purchaseId: PurchaseId): void {
    this.healed.add(purchaseId);
    this.releases.get(purchaseId)?.();
  }

  /** Everything that arrived for a purchase, in order. */
  ledger(purchaseId: PurchaseId): readonly LedgerLine[] {
    return this.lines.get(purchaseId) ?? [];
  }

  holds(purchaseId: PurchaseId): boolean {
    return this.releases.has(purchaseId);
  }

  async call<C extends GatewayCall>(
    call: C,
    command: GatewayCommands[C],
    options?: Options,
  ): Promise<GatewayVerdicts[C]> {
    const verdict =
      call === 'inquiry' ? await this.inquire(command, options) : await this.command(call, command, options);
    return verdict as GatewayVerdicts[C]; // each belongs to its call, which the type of a map cannot see
  }

  close(): void {}

  private async inquire(
    { transactionId }: GatewayCommands['inquiry'],
    options: Options | undefined,
  ): Promise<InquiryVerdict> {
    await mayBeSent(options);
    const { purchaseId, transaction } = partsOf(transactionId);
    const verdict = this.isSilent(purchaseId) ? NO_REPLY : this.stateOf(purchaseId, transaction);
    const answered = verdict.kind === 'unknown' ? 'no_reply' : verdict.kind;
    this.write(purchaseId, { call: 'inquiry', transaction, executed: false, answered });
    return verdict;
  }

  private async command(
    call: Command,
    { transactionId }: GatewayCommands['inquiry'],
    options: Options | undefined,
  ): Promise<GatewayVerdict> {
    await mayBeSent(options);
    const { purchaseId, transaction } = partsOf(transactionId);
    const plan = this.plans.get(purchaseId) ?? {};
    const refusal = plan.refused?.[call];
    const isFirst = (this.lines.get(purchaseId) ?? []).every((line) => line.transaction !== transaction);
    const fault = isFirst ? [plan.held, plan.lost].find((one) => one?.call === call) : undefined;
    const isDead = plan.dead === call && !this.healed.has(purchaseId);
    const executed = !isDead && fault?.effect !== 'before' && !refusal;
    const isLost = isDead || fault !== undefined;
    const answered = isLost ? 'no_reply' : refusal ? 'refused' : 'done';
    this.write(purchaseId, { call, transaction, executed, answered });
    if (fault && fault === plan.held) await this.release(purchaseId, options?.signal);
    if (isLost) return NO_REPLY;
    return refusal ? { kind: 'refused', refusal } : { kind: 'done' };
  }

  /** Comes back at `heal`, or rejects when the caller ends the call. */
  private release(purchaseId: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.releases.set(purchaseId, resolve);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  private stateOf(purchaseId: string, transaction: Transaction): InquiryVerdict {
    const lines = this.lines.get(purchaseId) ?? [];
    const lag = this.plans.get(purchaseId)?.inquiryLagMs ?? 0;
    const seen = lines.filter(({ at, call }) => call !== 'inquiry' && at + lag <= Date.now());
    const done = seen.findLast((line) => line.transaction === transaction && line.executed);
    if (done) return isUndone(done, seen) ? { kind: 'rolled_back' } : { kind: 'done' };
    const refused = seen.findLast((line) => line.transaction === transaction && line.answered === 'refused');
    const refusal = refused && this.plans.get(purchaseId)?.refused?.[refused.call as Command]; // no inquiry is refused
    return refusal ? { kind: 'refused', refusal } : { kind: 'never_received' };
  }

  private isSilent(purchaseId: string): boolean {
    const silent = this.plans.get(purchaseId)?.silentInquiries;
    if (silent === undefined || this.healed.has(purchaseId)) return false;
    if (silent === 'always') return true;
    return (this.lines.get(purchaseId) ?? []).some(({ call, executed }) => call === 'rollback' && executed);
  }

  private write(purchaseId: string, line: Omit<LedgerLine, 'at'>): void {
    const lines = this.lines.get(purchaseId) ?? [];
    lines.push({ at: Date.now(), ...line });
    this.lines.set(purchaseId, lines);
  }
}

/** Whether a rollback was executed after this registration or charge. */
export function isUndone(done: LedgerLine, lines: readonly LedgerLine[]): boolean {
  if (done.call !== 'register' && done.call !== 'charge') return false;
  return lines.slice(lines.indexOf(done)).some(({ call, executed }) => call === 'rollback' && executed);
}

async function mayBeSent(options: Options | undefined): Promise<void> {
  options?.signal?.throwIfAborted();
  for (let held = options?.beforeSend?.(); held; held = options?.beforeSend?.()) await held;
  options?.signal?.throwIfAborted();
}

function partsOf(transactionId: string): { purchaseId: string; transaction: Transaction } {
  const [purchaseId = '', transaction = ''] = transactionId.split('.');
  return { purchaseId, transaction: transaction as Transaction }; // as `transactionId` joined them
}
