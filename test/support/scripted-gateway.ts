import type { InquiryVerdict } from '../../domain/gateway-verdict';
import type { Transaction } from '../../domain/identifiers';
import type { GatewayCall, GatewayCommands, GatewayVerdicts } from '../../mobifone/contract';
import type { CallOptions, Gateway } from '../../mobifone/client';

type Answer<C extends GatewayCall> = GatewayVerdicts[C] | (() => Promise<GatewayVerdicts[C]>);

/** A call as it reached the gateway. */
export interface ReceivedCall {
  call: GatewayCall;
  transaction: string;
  command: GatewayCommands[GatewayCall];
}

/**
 * The gateway at its port, for tests that need an exact order of verdicts: each call answers by its script and then
 * *done* for ever; an inquiry without a script tells what became of the command, and *never received* of
 * one without an answer. What really happens at a gateway is tried
 * against the sandbox.
 */
export class ScriptedGateway implements Gateway {
  readonly received: ReceivedCall[] = [];
  private readonly scripts: { [C in GatewayCall]: Answer<C>[] } = {
    check: [],
    register: [],
    charge: [],
    rollback: [],
    sms: [],
    inquiry: [],
  };

  /** What every inquiry answers, where the story says so. */
  private inquiryAnswer: InquiryVerdict | undefined;
  /** What became of the commands that were answered. */
  private readonly states = new Map<string, InquiryVerdict>();
  private readonly inquiryAnswers = new Map<Transaction, InquiryVerdict>();

  /** Adds answers for the next calls of a kind, in order. */
  script<C extends GatewayCall>(call: C, ...answers: Answer<C>[]): this {
    const script: Answer<C>[] = this.scripts[call];
    script.push(...answers);
    return this;
  }

  /** From now on every inquiry answers so, or every one about a transaction. */
  answerInquiries(verdict: InquiryVerdict, about?: Transaction): this {
    this.scripts.inquiry.length = 0;
    if (about) this.inquiryAnswers.set(about, verdict);
    else this.inquiryAnswer = verdict;
    return this;
  }

  /** MobiFone knows nothing any more of what it did so far. */
  forget(): this {
    this.states.clear();
    return this;
  }

  /** Makes the next call of a kind wait; tells when it has arrived, and answers it when released. */
  hold<C extends GatewayCall>(
    call: C,
  ): { arrived: Promise<void>; release: (verdict: GatewayVerdicts[C]) => void } {
    let arrive: () => void = () => undefined;
    let release: (verdict: GatewayVerdicts[C]) => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const released = new Promise<GatewayVerdicts[C]>((resolve) => (release = resolve));
    this.script(call, () => {
      arrive();
      return released;
    });
    return { arrived, release: (verdict) => release(verdict) };
  }

  /** The calls in order, as `charge` or, for an inquiry, `inquiry:charge`. */
  get calls(): string[] {
    return this.received.map(({ call, transaction }) =>
      call === 'inquiry' ? `${call}:${transaction}` : call,
    );
  }

  /** The transactions whose command was sent again without an inquiry in between; a check has no effect to ask of. */
  get sentBlindly(): string[] {
    const sent = new Set<string>();
    return this.received.flatMap(({ call, transaction }) => {
      if (call === 'check') return [];
      const blind = call !== 'inquiry' && sent.has(transaction);
      if (call === 'inquiry') sent.delete(transaction);
      else sent.add(transaction);
      return blind ? [transaction] : [];
    });
  }

  close(): void {}

  async call<C extends GatewayCall>(
    call: C,
    command: GatewayCommands[C],
    options?: CallOptions,
  ): Promise<GatewayVerdicts[C]> {
    const transaction = command.transactionId.split('.')[1] ?? '';
    for (let asking = options?.beforeSend?.(); asking; asking = options?.beforeSend?.()) await asking;
    this.received.push({ call, transaction, command });
    const script: Answer<C>[] = this.scripts[call];
    const next = script.shift();
    if (typeof next === 'function')
      return Promise.race([next(), aborted<GatewayVerdicts[C]>(options?.signal)]);
    const verdict = next ?? this.silentScript(call, transaction);
    if (call !== 'inquiry') this.remember(transaction, verdict);
    return verdict;
  }

  private remember(transaction: string, verdict: InquiryVerdict): void {
    if (verdict.kind !== 'done' && verdict.kind !== 'refused') return;
    this.states.set(transaction, verdict);
    if (!transaction.startsWith('rollback') || verdict.kind !== 'done') return;
    for (const undone of ['registration', 'charge']) {
      if (this.states.get(undone)?.kind === 'done') this.states.set(undone, { kind: 'rolled_back' });
    }
  }

  private silentScript<C extends GatewayCall>(call: C, transaction: string): GatewayVerdicts[C] {
    const told = [...this.inquiryAnswers].find(([about]) => about === transaction)?.[1] ??
      this.inquiryAnswer ??
      this.states.get(transaction) ?? { kind: 'never_received' };
    const verdict = call === 'inquiry' ? told : { kind: 'done' };
    return verdict as GatewayVerdicts[C]; // both belong to their call's verdicts, which the type of a map cannot see
  }
}

function aborted<T>(signal: AbortSignal | undefined): Promise<T> {
  return new Promise((_, reject) =>
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}
