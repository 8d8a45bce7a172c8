import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { GatewayVerdict, InquiryVerdict } from '../domain/gateway-verdict';
import { transactionId, type PurchaseId, type Transaction, type TransactionId } from '../domain/identifiers';
import type { Msisdn } from '../domain/msisdn';
import type { PackageCode, PaymentForm } from '../domain/packages';
import { originOf, type Origin } from '../domain/trace';
import type { Vnd } from '../domain/vnd';
import type { CallOptions, Gateway } from '../mobifone/client';
import { beating } from './beating';
import { gatewayFailure } from './gateway-failures';
import { onlyTry } from './one-try';
import type { Reregistration, SaleTry, Settlement, Standing } from './settlement';

/** What every call to MobiFone needs of a purchase. */
export interface Sale extends Origin {
  purchaseId: PurchaseId;
  msisdn: Msisdn;
  packageCode: PackageCode;
  paymentForm: PaymentForm;
  amount: Vnd;
}

/** Set when the command may have been sent before under the same id, by whatever attempt, round or worker. */
export interface SendOptions {
  askFirst: boolean;
}

/** The transactions that an inquiry can be made about. */
export type Inquirable = Exclude<Transaction, 'check'>;

/** What a purchase that has sent nothing yet does while MobiFone is out. */
export interface OutagePolicy {
  /** Whether such a purchase is refused instead of waiting; see `OUTAGE_POLICY`. */
  refuses: () => boolean;
}

/**
 * One function a remote call of the seed; every reply and failure becomes a `Settlement` or a typed failure.
 * @param outage asked before the first command of a purchase only: what has begun is never refused
 */
export function createGatewayActivities(gateway: Gateway, outage: OutagePolicy = { refuses: () => false }) {
  const settle = settleWith(gateway);

  const register = (
    sale: Sale,
    options: SendOptions,
    limit?: AbortSignal,
    transaction: 'registration' | 'registration-2' = 'registration',
  ): Promise<Settlement> =>
    settle('registration', transaction, sale, options, (id) =>
      gateway.register(
        {
          ...command(sale, id),
          packageCode: sale.packageCode,
          paymentForm: sale.paymentForm,
          amount: sale.amount,
        },
        callOptions(sale, limit),
      ),
    );

  const charge = (sale: Sale, options: SendOptions, limit?: AbortSignal): Promise<Settlement> =>
    settle('charge', 'charge', sale, options, (id) =>
      gateway.charge(
        {
          ...command(sale, id),
          registrationId: transactionId(sale.purchaseId, 'registration'),
          packageCode: sale.packageCode,
          amount: sale.amount,
        },
        callOptions(sale, limit),
      ),
    );

  return {
    /** Step (2). Has no effect at MobiFone, so it is simply asked again. */
    async checkSubscriber(sale: Sale): Promise<Settlement> {
      if (outage.refuses()) return REFUSED_IN_OUTAGE;
      return beating('check of the subscriber', async () => {
        const verdict = await gateway.check(
          {
            transactionId: transactionId(sale.purchaseId, 'check'),
            msisdn: sale.msisdn,
            packageCode: sale.packageCode,
            paymentForm: sale.paymentForm,
          },
          callOptions(sale),
        );
        return (await soldBefore(gateway, sale, verdict)) ?? settlementOf('check of the subscriber', verdict);
      });
    },

    /** Step (2.2); for a prepaid subscriber this takes the money as well. */
    async registerPackage(sale: Sale, options: SendOptions): Promise<Settlement> {
      const isFirstCommand =
        sale.paymentForm === 'prepaid' && !options.askFirst && activityInfo().attempt === 1;
      if (isFirstCommand && outage.refuses()) return REFUSED_IN_OUTAGE;
      return register(sale, options);
    },

    /** Step (5.1), postpaid. */
    chargeSubscriber: (sale: Sale, options: SendOptions): Promise<Settlement> => charge(sale, options),

    /**
     * Steps (2.2) and (5.1) of a postpaid purchase in one try, the first of both. The charge follows only a
     * registration that MobiFone made; what is not settled within the limit, milliseconds for each, is settled call
     * by call, each asked about first (docs/decisions/0017-charge-with-registration.md).
     */
    async registerAndCharge(sale: Sale, limitMs: number): Promise<SaleTry> {
      const first = { askFirst: false };
      const registration = await onlyTry(limitMs, (limit) => register(sale, first, limit));
      if (registration.kind !== 'done') return { registration, charge: null };
      return { registration, charge: await onlyTry(limitMs, (limit) => charge(sale, first, limit)) };
    },

    /**
     * Step (6.1). Undoes the registration and any charge made for it, and voids a registration that has not
     * arrived yet. `again` is the second rollback, for what landed after the first; it has an id of its own.
     */
    rollbackRegistration: (sale: Sale, options: SendOptions & { again: boolean }): Promise<Settlement> =>
      settle('rollback', options.again ? 'rollback-2' : 'rollback', sale, options, (id) =>
        gateway.rollback(
          { ...command(sale, id), registrationId: transactionId(sale.purchaseId, 'registration') },
          callOptions(sale),
        ),
      ),

    /**
     * For a case: registers what MobiFone no longer has once more, under an id of its own, and never while the first
     * registration stands (a prepaid subscriber would pay twice).
     */
    async registerAgain(sale: Sale, options: SendOptions): Promise<Reregistration> {
      const first = await beating('inquiry about the first registration', () =>
        inquire(gateway, sale, transactionId(sale.purchaseId, 'registration')),
      );
      if (settledByInquiry('first registration', first)?.kind === 'done') return { kind: 'stands' };
      return register(sale, options, undefined, 'registration-2');
    },

    /** Steps (4), (7), (8): one message from 999, once per id. */
    sendMessage: (
      sale: Sale,
      message: { transaction: Extract<Transaction, `sms-${string}`>; text: string },
      options: SendOptions,
    ): Promise<Settlement> =>
      settle('SMS', message.transaction, sale, options, (id) =>
        gateway.sms({ ...command(sale, id), text: message.text }, callOptions(sale)),
      ),

    /** Asks once what MobiFone knows of a transaction; silence is an answer too. */
    async inquireOnce(sale: Sale, transaction: Inquirable): Promise<Standing> {
      const answer = await inquire(gateway, sale, transactionId(sale.purchaseId, transaction));
      switch (answer.kind) {
        case 'retry_later':
        case 'unknown':
        case 'broken_contract':
          return 'no_answer';
        default:
          return answer.kind;
      }
    },

    /** After a rollback in doubt: whether the registration or the charge stands at MobiFone all the same. */
    findLateEffect: (sale: Sale): Promise<boolean> =>
      beating('inquiry about a late effect', async () => {
        for (const transaction of ['registration', 'charge'] as const) {
          const answer = await inquire(gateway, sale, transactionId(sale.purchaseId, transaction));
          if (answer.kind === 'done') return true;
          if (answer.kind === 'processing') {
            throw gatewayFailure(`inquiry about the ${transaction}`, {
              kind: 'unknown',
              detail: 'still being processed',
            });
          }
          if (isUnsettled(answer)) throw gatewayFailure(`inquiry about the ${transaction}`, answer);
        }
        return false;
      }),
  };
}

/** Nothing was sent to MobiFone, so this is as certain as a refusal of its own. */
const REFUSED_IN_OUTAGE: Settlement = {
  kind: 'refused',
  refusal: 'mobifone_unavailable',
  settledBy: 'reply',
  attempts: 1,
};

export type GatewayActivities = ReturnType<typeof createGatewayActivities>;

/**
 * Sends a command under its one id, and never twice without asking: whenever an earlier attempt may have sent it,
 * MobiFone is asked first, and only "never received" leads to sending again (design decision 2).
 */
function settleWith(gateway: Gateway) {
  return (
    subject: string,
    transaction: Inquirable,
    sale: Sale,
    options: SendOptions,
    send: (id: TransactionId) => Promise<GatewayVerdict>,
  ): Promise<Settlement> =>
    beating(subject, async () => {
      const id = transactionId(sale.purchaseId, transaction);
      if (options.askFirst || activityInfo().attempt > 1) {
        const known = settledByInquiry(subject, await inquire(gateway, sale, id));
        if (known) return known;
      }
      return settlementOf(subject, await send(id));
    });
}

/**
 * An order that is repeated after Temporal has forgotten it may find its own package active. Before a refused check
 * becomes a rejection, which has the channel refund its customer, MobiFone is asked whether this very sale stands.
 */
async function soldBefore(
  gateway: Gateway,
  sale: Sale,
  verdict: GatewayVerdict,
): Promise<Settlement | undefined> {
  if (verdict.kind !== 'refused' || verdict.refusal !== 'package_already_active') return undefined;
  const answer = await inquire(gateway, sale, transactionId(sale.purchaseId, 'registration'));
  if (answer.kind === 'refused' || answer.kind === 'rolled_back') return undefined;
  return settledByInquiry('registration', answer);
}

function settlementOf(subject: string, verdict: GatewayVerdict): Settlement {
  switch (verdict.kind) {
    case 'done':
      return { kind: 'done', settledBy: 'reply', attempts: activityInfo().attempt };
    case 'refused':
      return {
        kind: 'refused',
        refusal: verdict.refusal,
        settledBy: 'reply',
        attempts: activityInfo().attempt,
      };
    default:
      throw gatewayFailure(subject, verdict);
  }
}

/** Nothing when MobiFone never received the command, which may then be sent. */
function settledByInquiry(subject: string, answer: InquiryVerdict): Settlement | undefined {
  switch (answer.kind) {
    case 'done':
      return { kind: 'done', settledBy: 'inquiry', attempts: activityInfo().attempt };
    case 'refused':
      return {
        kind: 'refused',
        refusal: answer.refusal,
        settledBy: 'inquiry',
        attempts: activityInfo().attempt,
      };
    case 'rolled_back':
      return {
        kind: 'refused',
        refusal: 'duplicate_order',
        settledBy: 'inquiry',
        attempts: activityInfo().attempt,
      };
    case 'never_received':
      return undefined;
    case 'processing':
      throw gatewayFailure(subject, { kind: 'unknown', detail: 'MobiFone is still processing it' });
    default:
      throw gatewayFailure(`inquiry about the ${subject}`, answer);
  }
}

function inquire(gateway: Gateway, sale: Sale, id: TransactionId): Promise<InquiryVerdict> {
  return gateway.inquire(command(sale, id), callOptions(sale));
}

function isUnsettled(
  answer: InquiryVerdict,
): answer is Extract<InquiryVerdict, { kind: 'retry_later' | 'unknown' | 'broken_contract' }> {
  return answer.kind === 'retry_later' || answer.kind === 'unknown' || answer.kind === 'broken_contract';
}

function command(sale: Sale, id: TransactionId): { transactionId: TransactionId; msisdn: Msisdn } {
  return { transactionId: id, msisdn: sale.msisdn };
}

function callOptions(sale: Sale, limit?: AbortSignal): CallOptions {
  const cancelled = cancellationSignal();
  const signal = limit ? AbortSignal.any([cancelled, limit]) : cancelled;
  return { signal, ...originOf(sale) };
}
