import { faultName, type Fault, type Faults } from './faults';
import { GatewayState, textOf, type Result } from './gateway-state';
import type { Ledger } from './ledger';
import { purchaseOf } from './ledger-entries';
import type { GatewayRequest } from './requests';
import { faultOfNumber } from './test-numbers';

/** The refusals that an operator of the sandbox gave a number, by call. */
export type SubscriberProfile = Partial<Record<GatewayRequest['call'], string>>;

/** What goes back to the caller, faults included; a server spells it on the wire. */
export type Answer =
  | {
      kind: 'reply';
      status: number;
      body: Record<string, unknown>;
      headers?: Record<string, string>;
      delayMs?: number;
    }
  | { kind: 'raw'; body: string }
  | { kind: 'cut'; body: Record<string, unknown> }
  | { kind: 'dribble'; body: Record<string, unknown>; everyMs: number }
  | { kind: 'reset' }
  | { kind: 'silence' };

/** An effect that has not come yet. */
interface Pending {
  purchaseId: string;
  /** When it comes: after this many more inquiries, or after the next call of a kind. */
  due: { inquiries: number } | { afterCall: string };
  perform: () => Result;
}

/** The gateway behind its HTTP: takes one well-formed request, applies the fault that strikes it, and answers. */
export class SandboxGateway {
  readonly profiles = new Map<string, SubscriberProfile>();
  private readonly state: GatewayState;
  private readonly pending = new Map<string, Pending>();

  constructor(
    private readonly ledger: Ledger,
    private readonly faults: Faults,
    faceValues: ReadonlyMap<string, number>,
  ) {
    this.state = new GatewayState(ledger, faceValues);
  }

  answer(request: GatewayRequest): Answer {
    const { call, body } = request;
    const { transactionId, msisdn } = body;
    this.ledger.append({ kind: 'request_received', call, transactionId, msisdn });
    const fault =
      this.faults.take({ call, transactionId, msisdn }) ?? faultOfNumber(msisdn, call, this.triesOf(request));
    if (fault) {
      this.faults.countInjected(fault);
      this.ledger.append({ kind: 'fault_injected', call, transactionId, fault: faultName(fault) });
    }
    const answer = fault ? this.answerFaulty(request, fault) : this.reply(request, this.perform(request));
    this.releaseLate(request);
    return answer;
  }

  private answerFaulty(request: GatewayRequest, fault: Fault): Answer {
    switch (fault.kind) {
      case 'out':
        return { kind: 'reset' };
      case 'silence':
      case 'reset':
        if (fault.effect === 'after') this.perform(request);
        return { kind: fault.kind };
      case 'late':
        this.hold(request, { afterCall: fault.afterCall }, fault.ignoringVoid);
        return { kind: 'reset' };
      case 'processing':
        this.hold(request, { inquiries: fault.inquiries }, false);
        return { kind: 'reset' };
      case 'repeated':
        this.perform(request);
        return this.reply(request, this.perform(request));
      case 'status':
        if (fault.effect === 'after') this.perform(request);
        return { kind: 'reply', status: fault.status, body: { error: 'the sandbox was told to fail' } };
      case 'too_many':
        return {
          kind: 'reply',
          status: 429,
          body: { error: 'too many requests' },
          headers: { 'retry-after': String(fault.retryAfterSeconds) },
        };
      case 'expired_token':
        return { kind: 'reply', status: 401, body: { error: 'token expired' } };
      case 'refuse':
        return this.reply(request, this.perform(request, fault.code));
      case 'result_code':
        if (fault.effect === 'after') this.perform(request);
        return this.reply(request, { code: fault.code });
      default:
        return this.mangle(this.reply(request, this.perform(request)), fault);
    }
  }

  /** Faults of the reply alone: the effect is there. */
  private mangle(
    answer: Extract<Answer, { kind: 'reply' }>,
    fault: Extract<
      Fault,
      {
        kind:
          | 'cut_body'
          | 'not_json'
          | 'wrong_schema'
          | 'other_transaction'
          | 'other_amount'
          | 'other_number'
          | 'dribble'
          | 'delay';
      }
    >,
  ): Answer {
    const { body } = answer;
    switch (fault.kind) {
      case 'cut_body':
        return { kind: 'cut', body };
      case 'not_json':
        return { kind: 'raw', body: '<html><body>Gateway error</body></html>' };
      case 'wrong_schema':
        return { ...answer, body: { result: body['resultCode'] } };
      case 'other_transaction':
        return { ...answer, body: { ...body, transactionId: 'pur_other.charge' } };
      case 'other_amount':
        return { ...answer, body: { ...body, amount: 1 } };
      case 'other_number':
        return { ...answer, body: { ...body, msisdn: '84999999999' } };
      case 'dribble':
        return { kind: 'dribble', body, everyMs: fault.everyMs };
      case 'delay':
        return { ...answer, delayMs: fault.ms };
    }
  }

  private reply(request: GatewayRequest, result: Result): Extract<Answer, { kind: 'reply' }> {
    const { transactionId, msisdn } = request.body;
    return {
      kind: 'reply',
      status: 200,
      body: {
        resultCode: result.code,
        message: textOf(result.code),
        transactionId,
        msisdn,
        ...('amount' in request.body ? { amount: request.body.amount } : {}),
        ...(result.transactionState ? { transactionState: result.transactionState } : {}),
        ...(result.transactionResultCode ? { transactionResultCode: result.transactionResultCode } : {}),
      },
    };
  }

  private perform(request: GatewayRequest, refusal = this.refusalOf(request), ignoringVoid = false): Result {
    switch (request.call) {
      case 'check':
        return this.state.check(request.body, refusal);
      case 'register':
        return this.state.register(request.body, refusal, ignoringVoid);
      case 'charge':
        return this.state.charge(request.body, refusal, ignoringVoid);
      case 'rollback':
        return this.state.rollback(request.body, refusal);
      case 'sms':
        return this.state.sms(request.body, refusal);
      case 'inquiry':
        return this.inquire(request.body.transactionId, request);
    }
  }

  private inquire(transactionId: string, request: Extract<GatewayRequest, { call: 'inquiry' }>): Result {
    const pending = this.pending.get(transactionId);
    if (pending && 'inquiries' in pending.due) {
      if (pending.due.inquiries > 0) {
        pending.due.inquiries -= 1;
        return { code: '0000', transactionState: 'PROCESSING' };
      }
      this.pending.delete(transactionId);
      pending.perform();
    }
    return this.state.inquire(request.body);
  }

  private hold(request: GatewayRequest, due: Pending['due'], ignoringVoid: boolean): void {
    const { transactionId } = request.body;
    this.pending.set(transactionId, {
      purchaseId: purchaseOf(transactionId),
      due,
      perform: () => this.perform(request, undefined, ignoringVoid),
    });
  }

  /** Effects that were waiting for this call come after it was answered. */
  private releaseLate({ call, body }: GatewayRequest): void {
    const purchaseId = purchaseOf(body.transactionId);
    for (const [transactionId, pending] of this.pending) {
      if (pending.purchaseId !== purchaseId || !('afterCall' in pending.due)) continue;
      if (pending.due.afterCall !== call) continue;
      this.pending.delete(transactionId);
      pending.perform();
    }
  }

  private refusalOf({ call, body }: GatewayRequest): string | undefined {
    return this.profiles.get(body.msisdn)?.[call];
  }

  /** Counted in the ledger, so that a restart does not begin anew. */
  private triesOf({ call, body }: GatewayRequest): number {
    return this.ledger
      .entriesOf(purchaseOf(body.transactionId))
      .filter(
        (entry) =>
          entry.kind === 'request_received' &&
          entry.call === call &&
          entry.transactionId === body.transactionId,
      ).length;
  }
}
