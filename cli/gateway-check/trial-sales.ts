import { derivePurchaseId } from '../../client/purchase-id';
import {
  channelName,
  externalId,
  rollbackTransaction,
  transactionId,
  type PurchaseId,
  type TransactionId,
} from '../../domain/identifiers';
import type { InquiryVerdict } from '../../domain/gateway-verdict';
import type { Msisdn } from '../../domain/msisdn';
import type { PackageCode, PaymentForm } from '../../domain/catalogue/packages';
import type { Vnd } from '../../domain/vnd';
import type { CommandAnswer, Line } from './line';

/** What the check sells. */
export interface Terms {
  paymentForm: PaymentForm;
  packageCode: PackageCode;
  amount: Vnd;
  /** Another package of the same form, where the catalogue has one. */
  other?: { packageCode: PackageCode; amount: Vnd };
  /** The numbers that it may be sold to. */
  numbers: readonly [Msisdn, ...Msisdn[]];
  /** A number that MobiFone is expected to refuse. */
  refusedNumber?: Msisdn;
}

/** One sale that the check makes, with what MobiFone is known to have of it. */
export interface TrialSale {
  readonly msisdn: Msisdn;
  readonly purchaseId: PurchaseId;
  readonly registrationId: TransactionId;
  readonly chargeId: TransactionId;
  /** `may_stand`: a registration was sent, and no answer says what came of it. */
  state: 'not_registered' | 'may_stand' | 'stands' | 'undone';
  /** MobiFone has said that it was registered, by a reply or an inquiry. */
  wasRegistered: boolean;
  /** The charges that were sent for it, and not refused. */
  readonly charges: Set<TransactionId>;
  /** Rollbacks that were sent for it; each has an id of its own. */
  rollbacks: number;
  /** Why a person should look at it later, even if it seems undone. */
  doubt?: string;
}

/** The sales of the check. Each knows what may stand before its command leaves, so that an end at any time can undo it. */
export class TrialSales {
  readonly all: TrialSale[] = [];

  constructor(
    private readonly line: Line,
    readonly terms: Terms,
    /** Makes the ids of this run its own. */
    private readonly run: string,
  ) {}

  /** A new sale, to the named numbers in turn; nothing is sent yet. */
  open(msisdn: Msisdn = this.nextNumber()): TrialSale {
    const order = externalId(`${this.run}-${this.all.length + 1}`);
    const purchaseId = derivePurchaseId(channelName('gateway-check'), order);
    const sale: TrialSale = {
      msisdn,
      purchaseId,
      registrationId: transactionId(purchaseId, 'registration'),
      chargeId: transactionId(purchaseId, 'charge'),
      state: 'not_registered',
      wasRegistered: false,
      charges: new Set(),
      rollbacks: 0,
    };
    this.all.push(sale);
    return sale;
  }

  async register(
    sale: TrialSale,
    change: { packageCode?: PackageCode; amount?: Vnd; cutAfterMs?: number } = {},
  ): Promise<CommandAnswer> {
    const { cutAfterMs, ...content } = change;
    const { paymentForm, packageCode, amount } = this.terms;
    const before = sale.state;
    if (before !== 'stands') sale.state = 'may_stand';
    const command = {
      transactionId: sale.registrationId,
      msisdn: sale.msisdn,
      paymentForm,
      packageCode,
      amount,
    };
    const answer = await this.line.command('register', { ...command, ...content }, cutAfterMs);
    const { kind } = answer.verdict;
    if (kind === 'done') sale.state = 'stands';
    sale.wasRegistered ||= kind === 'done';
    if (kind === 'refused' || kind === 'retry_later') sale.state = before;
    return answer;
  }

  /** @param id the charge's own, unless another is to be used for this registration */
  async charge(sale: TrialSale, id: TransactionId = sale.chargeId): Promise<CommandAnswer> {
    const { packageCode, amount } = this.terms;
    const { msisdn, registrationId } = sale;
    const isNew = !sale.charges.has(id);
    sale.charges.add(id);
    const answer = await this.line.command('charge', {
      transactionId: id,
      registrationId,
      msisdn,
      packageCode,
      amount,
    });
    if (isNew && answer.verdict.kind === 'refused') sale.charges.delete(id);
    return answer;
  }

  /** @param id a new one, unless one that was used before is to be used again */
  async rollback(
    sale: TrialSale,
    id = this.nextRollbackId(sale),
  ): Promise<CommandAnswer & { id: TransactionId }> {
    const { msisdn, registrationId } = sale;
    const answer = await this.line.command('rollback', { transactionId: id, registrationId, msisdn });
    if (answer.verdict.kind === 'done') sale.state = 'undone';
    return { ...answer, id };
  }

  inquire({ msisdn }: TrialSale, id: TransactionId): Promise<InquiryVerdict> {
    return this.line.inquire({ transactionId: id, msisdn });
  }

  /** An id for a rollback that has not been used yet. */
  nextRollbackId(sale: TrialSale): TransactionId {
    sale.rollbacks += 1;
    return transactionId(sale.purchaseId, rollbackTransaction(sale.rollbacks));
  }

  private nextNumber(): Msisdn {
    const { numbers } = this.terms;
    return numbers[this.all.length % numbers.length] ?? numbers[0];
  }
}
