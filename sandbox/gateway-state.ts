import { RESULT_CODES } from '../mobifone/dialects/datacode-json';
import { LatestEntries } from '../runtime/latest-entries';
import type { Ledger } from './ledger';
import type { LedgerEntry, LedgerFact } from './ledger-entries';
import type { GatewayProfile } from './profile';
import { Registrations } from './registrations';
import type { ChargeRequest, GatewayRequest, RegisterRequest, RollbackRequest, SmsRequest } from './requests';
import { DONE, Transactions, type InquiryAnswer } from './transactions';

/** A result code and what the reply carries beside it. */
export interface Result extends Partial<InquiryAnswer> {
  code: string;
  /** In the inquiries of a gateway that keeps P7. */
  sale?: { amount: number; packageCode: string };
}

/** What a command comes to: its answer, and what changes by it. */
export interface Execution {
  result: Result;
  facts: LedgerFact[];
}

/** Under what circumstances a command is executed. */
export interface Circumstances {
  profile: GatewayProfile;
  /** The result code of a business refusal. */
  refusal?: string | undefined;
  /** A faulty gateway lets land what was rolled back before. */
  ignoringVoid?: boolean;
  /** Whether that refusal sticks to its id; as the profile says unless given. */
  sticks?: boolean | undefined;
}

const DONE_BEFORE = '0001';
const VOID = '4001';
const OTHER_CONTENT = '4002';
const NOTHING_TO_CHARGE = '4004';
const NOT_ALLOWED = '2001';
const ALREADY_ACTIVE = '2002';
const REGISTRATION_REFUSED = '2003';

/**
 * What MobiFone does with the commands of one purchase, by the promises that its profile keeps. The whole state follows
 * from the purchase's entries in the ledger, from which it is rebuilt.
 */
export class GatewayState {
  private readonly transactions: Transactions;
  private readonly registrations = new Registrations();
  private readonly requests = new Map<string, number>();

  constructor(
    clock: Pick<Ledger, 'now'>,
    private readonly faceValues: ReadonlyMap<string, number>,
  ) {
    this.transactions = new Transactions(clock);
  }

  /** Decides what a request comes to; nothing changes before its facts are in the ledger and replayed. */
  execute(request: GatewayRequest, by: Circumstances): Execution {
    switch (request.call) {
      case 'check':
        return this.check(request, by);
      case 'register':
        return this.register(request.body, by);
      case 'charge':
        return this.charge(request.body, by);
      case 'rollback':
        return this.rollback(request.body, by);
      case 'sms':
        return this.sms(request.body, by);
      case 'inquiry':
        return answered(this.inquire(request.body.transactionId, by.profile));
    }
  }

  /** The one place where an entry becomes state, whether it was made just now or before a restart. */
  replay(entry: LedgerEntry): void {
    if (entry.kind === 'request_received') {
      const key = requestKey(entry.call, entry.transactionId);
      this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
    }
    this.transactions.replay(entry);
    this.registrations.replay(entry);
  }

  /** How often a request came. */
  requestsOf({ call, body }: GatewayRequest): number {
    return this.requests.get(requestKey(call, body.transactionId)) ?? 0;
  }

  private check({ body }: Extract<GatewayRequest, { call: 'check' }>, by: Circumstances): Execution {
    const code = this.faceValues.has(body.packageCode) ? by.refusal : NOT_ALLOWED;
    return code === undefined ? answered({ code: DONE }) : this.refuse('check', body, code, by);
  }

  private register(request: RegisterRequest, by: Circumstances): Execution {
    const { transactionId, msisdn, packageCode, amount, subscriberType } = request;
    const before = this.answerBefore(request, transactionId, by);
    if (before) return answered(before);
    if (this.faceValues.get(packageCode) !== amount) {
      return this.refuse('register', request, REGISTRATION_REFUSED, by);
    }
    if (by.refusal) return this.refuse('register', request, by.refusal, by);
    const stands = (this.registrations.find(transactionId)?.standing ?? 0) > 0;
    if (stands && by.profile.secondRegistration === 'already_active') {
      return this.refuse('register', request, ALREADY_ACTIVE, by);
    }
    const content = contentOf(request);
    return done(
      { kind: 'registered', transactionId, msisdn, packageCode, form: subscriberType, amount, content },
      ...(subscriberType === 'prepaid' ? [{ kind: 'activated', transactionId, amount } as const] : []),
    );
  }

  private charge(request: ChargeRequest, by: Circumstances): Execution {
    const before = this.answerBefore(request, request.registrationId, by);
    if (before) return answered(before);
    const registration = this.registrations.find(request.registrationId);
    if (!registration || registration.msisdn !== request.msisdn || registration.amount !== request.amount) {
      return this.refuse('charge', request, NOTHING_TO_CHARGE, by);
    }
    if (by.refusal) return this.refuse('charge', request, by.refusal, by);
    const { transactionId, registrationId, msisdn, amount } = request;
    return done({
      kind: 'charged',
      transactionId,
      registrationId,
      msisdn,
      amount,
      content: contentOf(request),
    });
  }

  private rollback(request: RollbackRequest, by: Circumstances): Execution {
    const before = this.answerBefore(request, undefined, by);
    if (before) return answered(before);
    if (by.refusal) return this.refuse('rollback', request, by.refusal, by);
    const { transactionId, registrationId, msisdn } = request;
    const voids = by.profile.rollbackVoids;
    const undone = this.registrations.undoing(registrationId, transactionId);
    const isThere = this.registrations.find(registrationId) !== undefined;
    const content = contentOf(request);
    return done(
      { kind: 'rolled_back', transactionId, registrationId, msisdn, content, ...(voids ? {} : { voids }) },
      ...undone,
      ...(isThere || !voids
        ? []
        : [{ kind: 'voided', transactionId: registrationId, by: transactionId } as const]),
    );
  }

  private sms(request: SmsRequest, by: Circumstances): Execution {
    const before = this.answerBefore(request, undefined, by);
    if (before) return answered(before);
    if (by.refusal) return this.refuse('sms', request, by.refusal, by);
    const { transactionId, msisdn, sender, text } = request;
    return done({ kind: 'sms_sent', transactionId, msisdn, sender, text, content: contentOf(request) });
  }

  private inquire(transactionId: string, profile: GatewayProfile): Result {
    const answer = this.transactions.inquire(transactionId, profile);
    const executed = answer.transactionState === 'DONE' || answer.transactionState === 'ROLLED_BACK';
    const sale = executed && profile.inquiryTellsSale ? this.registrations.saleOf(transactionId) : undefined;
    return { code: DONE, ...answer, ...(sale ? { sale } : {}) };
  }

  /** The answer that an id or its registration already has; nothing where the command is executed. */
  private answerBefore(
    request: { transactionId: string },
    registrationId: string | undefined,
    { profile, ignoringVoid }: Circumstances,
  ): Result | undefined {
    const isVoid = registrationId !== undefined && this.transactions.isVoid(registrationId);
    if (isVoid && !ignoringVoid) return { code: VOID };
    const before = this.transactions.known(request.transactionId);
    if (!before) return undefined;
    if (!profile.executesOnce) return before.code === DONE ? undefined : { code: before.code };
    if (before.content !== contentOf(request)) return { code: OTHER_CONTENT };
    if (before.undone) return { code: VOID };
    return { code: before.code === DONE ? DONE_BEFORE : before.code };
  }

  private refuse(
    call: Exclude<GatewayRequest['call'], 'inquiry'>,
    request: { transactionId: string },
    code: string,
    { profile, sticks }: Circumstances,
  ): Execution {
    const { transactionId } = request;
    const treatment = call === 'rollback' ? profile.rollbackRefusals : profile.refusals;
    const isForgotten = sticks === undefined ? treatment === 'forgotten' : !sticks;
    const succeeded = this.transactions.known(transactionId)?.code === DONE;
    const replaces = succeeded && treatment === 'replace_success';
    const remembered = replaces ? 'in_place_of_success' : isForgotten || succeeded ? 'no' : undefined;
    const content = call === 'check' ? '' : contentOf(request);
    return {
      result: { code },
      facts: [{ kind: 'refused', call, transactionId, code, content, ...(remembered ? { remembered } : {}) }],
    };
  }
}

/** Purchases whose state is kept in memory; that of others is rebuilt from the ledger. */
const MAX_KEPT_STATES = 1_000;

/** The state of each purchase at MobiFone; only the recently used ones are in memory. */
export class PurchaseStates {
  /** From the least to the most recently used. */
  private readonly kept = new LatestEntries<string, GatewayState>(MAX_KEPT_STATES);

  constructor(
    private readonly ledger: Ledger,
    private readonly faceValues: ReadonlyMap<string, number>,
  ) {}

  of(purchaseId: string): GatewayState {
    const state = this.kept.get(purchaseId) ?? this.made(purchaseId);
    this.kept.set(purchaseId, state);
    return state;
  }

  /** Takes a new entry of the ledger into the state that it belongs to. */
  replay(entry: LedgerEntry): void {
    this.kept.get(entry.purchaseId)?.replay(entry); // else it is read with the others
  }

  private made(purchaseId: string): GatewayState {
    const state = new GatewayState(this.ledger, this.faceValues);
    for (const entry of this.ledger.entriesOf(purchaseId)) state.replay(entry);
    return state;
  }
}

/** The words that the table has for a code. */
export function textOf(code: string): string {
  return RESULT_CODES[code]?.text ?? 'Unknown to the contract';
}

function answered(result: Result): Execution {
  return { result, facts: [] };
}

function done(...facts: LedgerFact[]): Execution {
  return { result: { code: DONE }, facts };
}

function requestKey(call: GatewayRequest['call'], transactionId: string): string {
  return `${call} ${transactionId}`;
}

function contentOf(request: object): string {
  return JSON.stringify(request);
}
