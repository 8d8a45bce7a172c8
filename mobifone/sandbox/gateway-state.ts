import { RESULT_CODES } from '../dialects/datacode-json';
import type { Ledger } from './ledger';
import type { LedgerEntry, LedgerFact } from './ledger-entries';
import type {
  CheckRequest,
  ChargeRequest,
  InquiryRequest,
  RegisterRequest,
  RollbackRequest,
  SmsRequest,
} from './requests';

/** A result code and what the reply carries beside it. */
export interface Result {
  code: string;
  transactionState?: 'DONE' | 'REFUSED' | 'ROLLED_BACK' | 'PROCESSING' | 'NOT_FOUND';
  transactionResultCode?: string;
}

/** What became of a transaction id. */
interface Outcome {
  /** The command's content, by which a repetition is told from a misuse of the id. */
  content: string;
  code: string;
  undone: boolean;
}

interface Registration {
  msisdn: string;
  packageCode: string;
  form: 'prepaid' | 'postpaid';
  amount: number;
  standing: boolean;
  /** The charges made for it that stand. */
  charges: Map<string, number>;
}

const DONE = '0000';
const DONE_BEFORE = '0001';
const VOID = '4001';
const OTHER_CONTENT = '4002';
const NOTHING_TO_CHARGE = '4004';

/**
 * What MobiFone does with a command: each takes effect once per transaction id, and what is rolled back is void for
 * ever, even if it arrives later. The whole state follows from the ledger, from which it is rebuilt.
 */
export class GatewayState {
  private readonly outcomes = new Map<string, Outcome>();
  private readonly registrations = new Map<string, Registration>();
  private readonly registrationPaidBy = new Map<string, string>();
  private readonly voided = new Set<string>();

  constructor(
    private readonly ledger: Ledger,
    private readonly faceValues: ReadonlyMap<string, number>,
  ) {
    for (const entry of ledger.entries) this.replay(entry);
  }

  check(request: CheckRequest, refusal: string | undefined): Result {
    if (!this.faceValues.has(request.packageCode)) return this.refuse('check', request, '2001', '');
    return refusal ? this.refuse('check', request, refusal, '') : { code: DONE };
  }

  /** @param ignoringVoid a faulty gateway lets a registration land that was rolled back before */
  register(request: RegisterRequest, refusal: string | undefined, ignoringVoid = false): Result {
    const content = contentOf(request);
    if (this.voided.has(request.transactionId) && !ignoringVoid) return { code: VOID };
    const before = this.repeated(request.transactionId, content);
    if (before) return before;
    if (this.faceValues.get(request.packageCode) !== request.amount) {
      return this.refuse('register', request, '2003', content);
    }
    if (refusal) return this.refuse('register', request, refusal, content);
    const { transactionId, amount, subscriberType } = request;
    this.record(
      {
        kind: 'registered',
        transactionId,
        msisdn: request.msisdn,
        packageCode: request.packageCode,
        form: subscriberType,
        amount,
        content,
      },
      ...(subscriberType === 'prepaid' ? [{ kind: 'activated', transactionId, amount } as const] : []),
    );
    return { code: DONE };
  }

  /** @param ignoringVoid a faulty gateway charges for a registration that was rolled back before */
  charge(request: ChargeRequest, refusal: string | undefined, ignoringVoid = false): Result {
    const content = contentOf(request);
    if (this.voided.has(request.registrationId) && !ignoringVoid) return { code: VOID };
    const before = this.repeated(request.transactionId, content);
    if (before) return before;
    const registration = this.registrations.get(request.registrationId);
    if (!registration || registration.msisdn !== request.msisdn || registration.amount !== request.amount) {
      return this.refuse('charge', request, NOTHING_TO_CHARGE, content);
    }
    if (refusal) return this.refuse('charge', request, refusal, content);
    const { transactionId, registrationId, msisdn, amount } = request;
    this.record({ kind: 'charged', transactionId, registrationId, msisdn, amount, content });
    return { code: DONE };
  }

  rollback(request: RollbackRequest, refusal: string | undefined): Result {
    const content = contentOf(request);
    const before = this.repeated(request.transactionId, content);
    if (before) return before;
    if (refusal) return { code: refusal }; // not kept: a rollback that is refused may be asked for again
    const { transactionId, registrationId, msisdn } = request;
    const registration = this.registrations.get(registrationId);
    const done = { kind: 'rolled_back', transactionId, registrationId, msisdn, content } as const;
    this.record(done, ...undoing(registrationId, registration, transactionId));
    return { code: DONE };
  }

  sms(request: SmsRequest, refusal: string | undefined): Result {
    const content = contentOf(request);
    const before = this.repeated(request.transactionId, content);
    if (before) return before;
    if (refusal) return this.refuse('sms', request, refusal, content);
    const { transactionId, msisdn, sender, text } = request;
    this.record({ kind: 'sms_sent', transactionId, msisdn, sender, text, content });
    return { code: DONE };
  }

  inquire(request: InquiryRequest): Result {
    const outcome = this.outcomes.get(request.transactionId);
    if (!outcome) {
      const state = this.voided.has(request.transactionId) ? 'ROLLED_BACK' : 'NOT_FOUND';
      return { code: DONE, transactionState: state };
    }
    if (outcome.undone) return { code: DONE, transactionState: 'ROLLED_BACK' };
    if (outcome.code === DONE) return { code: DONE, transactionState: 'DONE' };
    return { code: DONE, transactionState: 'REFUSED', transactionResultCode: outcome.code };
  }

  private repeated(transactionId: string, content: string): Result | undefined {
    const before = this.outcomes.get(transactionId);
    if (!before) return undefined;
    if (before.content !== content) return { code: OTHER_CONTENT };
    if (before.undone) return { code: VOID };
    return { code: before.code === DONE ? DONE_BEFORE : before.code };
  }

  private refuse(
    call: 'check' | 'register' | 'charge' | 'sms',
    request: { transactionId: string },
    code: string,
    content: string,
  ): Result {
    this.record({ kind: 'refused', call, transactionId: request.transactionId, code, content });
    return { code };
  }

  /** The effects of one command. */
  private record(...facts: LedgerFact[]): void {
    for (const entry of this.ledger.appendTogether(facts)) this.replay(entry);
  }

  /** The one place where an entry becomes state, whether it was made just now or before a restart. */
  private replay(entry: LedgerEntry): void {
    switch (entry.kind) {
      case 'registered': {
        const { msisdn, packageCode, form, amount, content } = entry;
        this.outcomes.set(entry.transactionId, { content, code: DONE, undone: false });
        const charges = new Map<string, number>();
        this.registrations.set(entry.transactionId, {
          msisdn,
          packageCode,
          form,
          amount,
          standing: true,
          charges,
        });
        return;
      }
      case 'charged':
        this.outcomes.set(entry.transactionId, { content: entry.content, code: DONE, undone: false });
        this.registrations.get(entry.registrationId)?.charges.set(entry.transactionId, entry.amount);
        this.registrationPaidBy.set(entry.transactionId, entry.registrationId);
        return;
      case 'refused':
        if (entry.call === 'check') return;
        this.outcomes.set(entry.transactionId, { content: entry.content, code: entry.code, undone: false });
        return;
      case 'rolled_back':
        this.outcomes.set(entry.transactionId, { content: entry.content, code: DONE, undone: false });
        this.voided.add(entry.registrationId);
        return;
      case 'registration_undone':
        this.undo(entry.transactionId);
        return;
      case 'charge_reversed':
        this.undo(entry.transactionId);
        this.registrations
          .get(this.registrationPaidBy.get(entry.transactionId) ?? '')
          ?.charges.delete(entry.transactionId);
        return;
      case 'sms_sent':
        this.outcomes.set(entry.transactionId, { content: entry.content, code: DONE, undone: false });
        return;
      case 'voided':
        this.voided.add(entry.transactionId);
        return;
      case 'activated':
      case 'deactivated':
      case 'request_received':
      case 'fault_injected':
      case 'notice_received':
        return;
    }
  }

  private undo(transactionId: string): void {
    const outcome = this.outcomes.get(transactionId);
    if (outcome) outcome.undone = true;
    const registration = this.registrations.get(transactionId);
    if (registration) registration.standing = false;
  }
}

/** What a rollback undoes; a registration that has not arrived is void for ever. */
function undoing(registrationId: string, registration: Registration | undefined, by: string): LedgerFact[] {
  if (!registration) return [{ kind: 'voided', transactionId: registrationId, by }];
  const { standing, form, amount, charges } = registration;
  const reversed = [...charges].map(
    ([charge, charged]) => ({ kind: 'charge_reversed', transactionId: charge, amount: charged, by }) as const,
  );
  if (!standing) return reversed;
  return [
    ...reversed,
    ...(form === 'prepaid'
      ? [{ kind: 'deactivated', transactionId: registrationId, amount, by } as const]
      : []),
    { kind: 'registration_undone', transactionId: registrationId, by },
  ];
}

/** The words that the table has for a code. */
export function textOf(code: string): string {
  return RESULT_CODES[code]?.text ?? 'Unknown to the contract';
}

function contentOf(request: object): string {
  return JSON.stringify(request);
}
