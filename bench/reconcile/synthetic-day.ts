import { derivePurchaseId } from '../../client/purchase-id';
import { NO_DISCOUNT, type Discount } from '../../domain/catalogue/discount';
import { channelName, externalId, transactionId } from '../../domain/identifiers';
import { localDay, localDayStart, type LocalDay } from '../../domain/local-time';
import { msisdn } from '../../domain/msisdn';
import { packageCode } from '../../domain/catalogue/packages';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import type { SettlementKind, SettlementLine } from '../../domain/reconciliation/settlement';
import { vnd } from '../../domain/vnd';

export const SYNTHETIC_DAY = localDay(new Date('2026-11-23T05:00:00Z'));

const PACKAGES = [
  { code: 'D10', name: 'Datacode D10 – 1,5 GB trong ngày', faceValue: 10_000 },
  { code: 'D30', name: 'Datacode D30 – 7 GB trong 7 ngày', faceValue: 30_000 },
  { code: 'D90', name: 'Datacode D90 – 30 GB trong 30 ngày', faceValue: 90_000 },
] as const;
const CHANNELS = ['app', 'web', 'shops'] as const;
const RATE = 550;
/** Ten hours of sales, begun at eight in the morning. */
const OPENED_AFTER = 8 * 3_600_000;
const OPEN_FOR = 10 * 3_600_000;

/** The n-th order of a day of so many, all of them sold, two thirds of them postpaid. */
export function syntheticOrder(at: number, count: number, day: LocalDay = SYNTHETIC_DAY): PurchaseOrder {
  const channel = channelName(CHANNELS[at % CHANNELS.length] ?? CHANNELS[0]);
  const id = externalId(`ORDER-${day}-${String(at).padStart(8, '0')}`);
  const { code, name, faceValue } = PACKAGES[(at % 7) % PACKAGES.length] ?? PACKAGES[0];
  const discount: Discount = {
    ruleId: 'general-2026',
    rateBasisPoints: RATE,
    amount: vnd((faceValue * RATE) / 10_000),
  };
  return {
    purchaseId: derivePurchaseId(channel, id),
    channel,
    externalId: id,
    msisdn: msisdn(`849${String(at % 100_000_000).padStart(8, '0')}`),
    package: { code: packageCode(code), name },
    paymentForm: at % 3 === 2 ? 'prepaid' : 'postpaid',
    faceValue: vnd(faceValue),
    discount,
    payable: vnd(faceValue - discount.amount),
    acceptedAt: new Date(
      localDayStart(day) + OPENED_AFTER + Math.floor((at / count) * OPEN_FOR),
    ).toISOString(),
  };
}

/** MobiFone's lines of an order that was sold; their references come from its number. */
export function linesOf(order: PurchaseOrder, at: number): SettlementLine[] {
  const { paymentForm, discount } = order;
  if (paymentForm === 'prepaid') return [line(order, 'registration', discount, 2 * at)];
  return [line(order, 'registration', NO_DISCOUNT, 2 * at), line(order, 'charge', discount, 2 * at + 1)];
}

function line(
  order: PurchaseOrder,
  kind: SettlementKind,
  { rateBasisPoints, amount }: Discount,
  number: number,
): SettlementLine {
  const { purchaseId, paymentForm, faceValue } = order;
  return {
    reference: `MF${String(number).padStart(10, '0')}`,
    purchaseId,
    transactionId: transactionId(purchaseId, kind),
    kind,
    msisdn: order.msisdn,
    package: order.package.code,
    paymentForm,
    amount: faceValue,
    discountRateBasisPoints: rateBasisPoints,
    discountAmount: amount,
    state: 'done',
    at: Date.parse(order.acceptedAt) + 1000,
  };
}
