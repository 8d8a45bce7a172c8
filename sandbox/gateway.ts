import { maintenancePage, replyTo, spoiled, tooMany, type Answer } from './answers';
import { faultName, type Fault, type Faults } from './faults';
import {
  PurchaseStates,
  type Circumstances,
  type Execution,
  type GatewayState,
  type Result,
} from './gateway-state';
import { HeldCommands, type Held } from './held-commands';
import type { Ledger } from './ledger';
import type { HeldCommand, LedgerFact } from './ledger-entries';
import { DEFAULT_PROFILE, PROFILES, type GatewayProfile } from './profile';
import { purchaseOf, type GatewayRequest } from './requests';
import { faultOfNumber, type Progress } from './test-numbers';

/** Refusals that were set for a number, by call. */
export type SubscriberRefusals = Partial<Record<GatewayRequest['call'], string>>;

type HowItLands = Pick<Circumstances, 'refusal' | 'ignoringVoid' | 'sticks'>;

/** The gateway behind its HTTP: takes one well-formed request, applies the fault that strikes it, and answers. */
export class SandboxGateway {
  readonly refusals = new Map<string, SubscriberRefusals>();
  /** Called when a command begins to wait for its time; set by the timer. */
  onHeld: () => void = () => undefined;
  private readonly states: PurchaseStates;
  private readonly held = new HeldCommands();
  private liftedAtMs = Number.NEGATIVE_INFINITY;

  /** @param profile which promises it keeps; may be changed while it runs */
  constructor(
    private readonly ledger: Ledger,
    private readonly faults: Faults,
    faceValues: ReadonlyMap<string, number>,
    public profile: GatewayProfile = PROFILES[DEFAULT_PROFILE],
  ) {
    this.states = new PurchaseStates(ledger, faceValues);
    for (const entry of ledger.replay()) this.held.replay(entry);
  }

  answer(request: GatewayRequest): Answer {
    this.landDue();
    const { call, body } = request;
    const { transactionId, msisdn } = body;
    this.record([{ kind: 'request_received', call, transactionId, msisdn }]);
    const fault = this.faultOn(request);
    if (fault) {
      this.faults.countInjected(fault);
      this.record([{ kind: 'fault_injected', call, transactionId, fault: faultName(fault) }]);
    }
    const answer = fault ? this.answerFaulty(request, fault) : replyTo(request, this.perform(request));
    for (const held of this.held.dueAfter(call, purchaseOf(transactionId))) this.land(held);
    return answer;
  }

  /** The sandbox's time, milliseconds since 1970. */
  now(): number {
    return this.ledger.now();
  }

  /** When the next held command lands by time, milliseconds since 1970. */
  get nextDueMs(): number | undefined {
    return this.held.nextDueMs;
  }

  /** Lets what has become due take effect, each at its own time. */
  landDue(atMs = this.now()): void {
    for (const held of this.held.dueUntil(atMs)) this.land(held, held.due.atMs);
  }

  /** From now on, nothing of their number holds up the purchases that are there already. */
  liftFaultsOfNumbers(): void {
    this.liftedAtMs = this.now();
  }

  /** The fault of a number that strikes the notices of a purchase. */
  faultOfNotice(purchaseId: string): Fault | undefined {
    const asked = this.ledger.entriesOf(purchaseId).find((entry) => entry.kind === 'request_received');
    return asked && faultOfNumber(asked.msisdn, 'inbox', 1, () => this.progressOf(purchaseId));
  }

  private progressOf(purchaseId: string): Progress {
    const entries = this.ledger.entriesOf(purchaseId);
    const [first] = entries;
    return {
      isRolledBack: entries.some(({ kind }) => kind === 'rolled_back'),
      isLifted: first !== undefined && Date.parse(first.at) <= this.liftedAtMs,
    };
  }

  private faultOn(request: GatewayRequest): Fault | undefined {
    const status = this.profile.maintenancePage;
    if (status !== null) return { kind: 'maintenance', status };
    const { call, body } = request;
    const { transactionId, msisdn } = body;
    return (
      this.faults.take({ call, transactionId, msisdn }) ??
      faultOfNumber(msisdn, call, this.stateFor(request).requestsOf(request), () =>
        this.progressOf(purchaseOf(transactionId)),
      )
    );
  }

  private answerFaulty(request: GatewayRequest, fault: Fault): Answer {
    switch (fault.kind) {
      case 'out':
        return { kind: 'reset' };
      case 'silence':
      case 'reset':
        if (fault.effect === 'after') this.performUnseen(request);
        return { kind: fault.kind };
      case 'late':
        this.hold(request, { afterCall: fault.afterCall }, { ignoringVoid: fault.ignoringVoid });
        return { kind: 'reset' };
      case 'late_by_time':
        this.hold(request, { atMs: this.now() + fault.ms }, { ignoringVoid: fault.ignoringVoid });
        return { kind: 'reset' };
      case 'processing':
        this.hold(request, { inquiries: fault.inquiries });
        return { kind: 'reset' };
      case 'repeated':
        return this.deliverTwice(request, fault);
      case 'status':
        if (fault.effect === 'after') this.performUnseen(request);
        return { kind: 'reply', status: fault.status, body: { error: 'injected fault' } };
      case 'maintenance':
        return maintenancePage(fault.status);
      case 'too_many':
        return tooMany(fault);
      case 'expired_token':
        if (fault.effect === 'after') this.performUnseen(request);
        return { kind: 'reply', status: 401, body: { error: 'token expired' } };
      case 'refuse':
        return replyTo(request, this.perform(request, { refusal: fault.code, sticks: fault.sticks }));
      case 'result_code':
        if (fault.effect === 'after' && request.call !== 'inquiry') this.perform(request);
        return replyTo(request, { code: fault.code });
      default:
        return spoiled(replyTo(request, this.perform(request)), fault);
    }
  }

  /** A copy that comes at once is answered as well, and its answer is the one that arrives. */
  private deliverTwice(request: GatewayRequest, fault: Extract<Fault, { kind: 'repeated' }>): Answer {
    const { againAfterMs, refuseFirst, refuseSecond } = fault;
    const first = this.perform(request, refusedWith(refuseFirst));
    if (request.call === 'inquiry') return replyTo(request, first);
    if (againAfterMs !== undefined) {
      this.hold(request, { atMs: this.now() + againAfterMs }, { copy: true, ...refusedWith(refuseSecond) });
      return replyTo(request, first);
    }
    const again = this.execute(request, refusedWith(refuseSecond));
    this.recordLanding(request, { copy: true }, again);
    return replyTo(request, again.result);
  }

  private perform(request: GatewayRequest, how: HowItLands = {}): Result {
    if (request.call === 'inquiry') return this.inquire(request);
    const { result, facts } = this.execute(request, how);
    this.record(facts);
    return result;
  }

  /** The effect of a command whose reply is lost, which may come later. */
  private performUnseen(request: GatewayRequest): void {
    if (request.call === 'inquiry') return; // none
    const { landsLateMs } = this.profile;
    if (landsLateMs > 0) this.hold(request, { atMs: this.now() + landsLateMs });
    else this.perform(request);
  }

  private execute(request: GatewayRequest, how: HowItLands = {}): Execution {
    const refusal = this.refusals.get(request.body.msisdn)?.[request.call];
    return this.stateFor(request).execute(request, { profile: this.profile, refusal, ...how });
  }

  private inquire(request: Extract<GatewayRequest, { call: 'inquiry' }>): Result {
    const { transactionId } = request.body;
    const pending = this.held.inProcessing(transactionId);
    if (pending?.inquiries === 0) this.land(pending.held);
    const result: Result = pending?.inquiries
      ? { code: '0000', transactionState: 'PROCESSING' }
      : this.execute(request).result;
    if (result.transactionState) {
      this.record([{ kind: 'inquiry_answered', transactionId, state: result.transactionState }]);
    }
    return result;
  }

  /** A question has no effect that could come later. */
  private hold(
    request: GatewayRequest,
    due: HeldCommand['due'],
    { copy = false, ignoringVoid = false, refusal }: Partial<Omit<HeldCommand, 'request' | 'due'>> = {},
  ): void {
    if (request.call === 'inquiry' || request.call === 'check') return;
    const { transactionId } = request.body;
    const command: HeldCommand = { request, due, copy, ignoringVoid, ...refusedWith(refusal) };
    this.record([{ kind: 'held', call: request.call, transactionId, command }]);
    this.onHeld();
  }

  private land({ request, copy, seq, ignoringVoid, refusal }: Held, atMs?: number): void {
    const execution = this.execute(request, { ignoringVoid, ...refusedWith(refusal) });
    this.recordLanding(request, { copy, held: seq }, execution, atMs);
  }

  private recordLanding(
    { call, body: { transactionId } }: GatewayRequest,
    which: { copy: boolean; held?: number },
    { result: { code }, facts }: Execution,
    atMs?: number,
  ): void {
    this.record(
      [{ kind: 'landed', call, transactionId, ...which, code, effects: facts.length }, ...facts],
      atMs,
    );
  }

  /** The effects of one command, written together and then known. */
  private record(facts: readonly LedgerFact[], atMs?: number): void {
    if (facts.length === 0) return;
    for (const entry of this.ledger.appendTogether(facts, atMs)) {
      this.states.replay(entry);
      this.held.replay(entry);
    }
  }

  private stateFor({ body }: GatewayRequest): GatewayState {
    return this.states.of(purchaseOf(body.transactionId));
  }
}

/** Only where there is a code: a subscriber's own refusals hold otherwise. */
function refusedWith(refusal: string | undefined): { refusal?: string } {
  return refusal === undefined ? {} : { refusal };
}
