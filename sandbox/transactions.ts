import type { Ledger } from './ledger';
import type { LedgerEntry } from './ledger-entries';
import type { GatewayProfile } from './profile';
import type { TransactionState } from './requests';

export const DONE = '0000';

/** The result of a transaction id. */
export interface KnownTransaction {
  /** The command's content, which distinguishes a repetition from a misuse of the id. */
  content: string;
  code: string;
  undone: boolean;
}

/** What an inquiry answers. */
export interface InquiryAnswer {
  transactionState: TransactionState;
  transactionResultCode?: string;
}

/** A change of what inquiries may see. */
type Change = { atMs: number } & InquiryAnswer;

/** What is known of every transaction id, now and as inquiries see it; all of it follows from the ledger. */
export class Transactions {
  private readonly latest = new Map<string, KnownTransaction>();
  private readonly changes = new Map<string, Change[]>();
  private readonly voided = new Set<string>();
  /** Ids of which an inquiry said that they are being processed: it never forgets them again. */
  private readonly saidProcessing = new Set<string>();

  constructor(private readonly ledger: Pick<Ledger, 'now'>) {}

  known(transactionId: string): KnownTransaction | undefined {
    return this.latest.get(transactionId);
  }

  isVoid(registrationId: string): boolean {
    return this.voided.has(registrationId);
  }

  /** What an inquiry sees of a transaction, which may lag behind what happened. */
  inquire(transactionId: string, profile: GatewayProfile): InquiryAnswer {
    const seenUntil = this.ledger.now() - profile.inquiryLagMs;
    const changes = this.changes.get(transactionId) ?? [];
    const seen = changes.findLast(({ atMs }) => atMs <= seenUntil);
    if (seen) {
      const { atMs: _atMs, ...answer } = seen;
      return answer;
    }
    if (this.saidProcessing.has(transactionId)) return { transactionState: 'PROCESSING' };
    return { transactionState: changes.length > 0 ? profile.inquiryBeforeThat : 'NOT_FOUND' };
  }

  replay(entry: LedgerEntry): void {
    switch (entry.kind) {
      case 'registered':
      case 'charged':
      case 'sms_sent':
        this.executed(entry);
        return;
      case 'rolled_back':
        this.executed(entry);
        if (entry.voids !== false) this.voided.add(entry.registrationId);
        return;
      case 'voided':
        this.voided.add(entry.transactionId);
        this.change(entry, { transactionState: 'ROLLED_BACK' });
        return;
      case 'refused':
        if (entry.call === 'check' || entry.remembered === 'no') return;
        this.latest.set(entry.transactionId, { content: entry.content, code: entry.code, undone: false });
        this.change(entry, { transactionState: 'REFUSED', transactionResultCode: entry.code });
        return;
      case 'registration_undone':
      case 'charge_reversed': {
        const known = this.latest.get(entry.transactionId);
        if (known) known.undone = true;
        this.change(entry, { transactionState: 'ROLLED_BACK' });
        return;
      }
      case 'landed':
        this.landed(entry);
        return;
      case 'inquiry_answered':
        if (entry.state === 'PROCESSING') this.saidProcessing.add(entry.transactionId);
        return;
      default:
        return;
    }
  }

  /** What inquiries said is being processed comes to an end (P3), also where nothing is made of it: its sale is void. */
  private landed(entry: Extract<LedgerEntry, { kind: 'landed' }>): void {
    const { transactionId, effects, code } = entry;
    if (effects > 0 || !this.saidProcessing.has(transactionId) || this.changes.has(transactionId)) return;
    this.change(entry, { transactionState: 'REFUSED', transactionResultCode: code });
  }

  private executed(entry: LedgerEntry & { transactionId: string; content: string }): void {
    this.latest.set(entry.transactionId, { content: entry.content, code: DONE, undone: false });
    this.change(entry, { transactionState: 'DONE' });
  }

  private change({ at, transactionId }: { at: string; transactionId: string }, seen: InquiryAnswer): void {
    const changes = this.changes.get(transactionId) ?? [];
    changes.push({ atMs: Date.parse(at), ...seen });
    this.changes.set(transactionId, changes);
  }
}
