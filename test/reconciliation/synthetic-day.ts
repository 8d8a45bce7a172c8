import { createHash } from 'node:crypto';
import { derivePurchaseId } from '../../client/purchase-id';
import type { InternalPurchase, InternalSide } from '../../reconciliation/internal-purchase';
import { DEFAULT_SETTINGS, reconcile, type Reconciliation } from '../../reconciliation/reconcile';
import type { SettlementInput } from '../../reconciliation/reading';
import type { FileRole, Report } from '../../reconciliation/report';
import { discountAmount, type Discount } from '../../domain/catalogue/discount';
import { channelName, externalId, transactionId } from '../../domain/identifiers';
import { localDay, localDayStart, type LocalDay } from '../../domain/local-time';
import { msisdn } from '../../domain/msisdn';
import { packageCode } from '../../domain/catalogue/packages';
import type { SettlementKind, SettlementLine } from '../../domain/reconciliation/settlement';
import { vnd, type Vnd } from '../../domain/vnd';

export const DAY = localDay(new Date('2026-11-23T05:00:00Z'));
const HOUR = 3_600_000;

const SALES = {
  D10: { faceValue: 10_000, rate: 550 },
  D90: { faceValue: 90_000, rate: 650 },
} as const;

/** Our side of one purchase at ten in the morning, sold unless told otherwise. */
export function internalPurchase(
  order: string,
  differently: Partial<InternalPurchase> = {},
): InternalPurchase {
  const channel = channelName('app');
  const id = externalId(order);
  const acceptedAt = localDayStart(DAY) + 10 * HOUR;
  const code = differently.package === 'D10' ? 'D10' : 'D90';
  const faceValue = vnd(SALES[code].faceValue);
  return {
    purchaseId: derivePurchaseId(channel, id),
    channel,
    externalId: id,
    msisdn: msisdn('84901234567'),
    package: packageCode(code),
    paymentForm: 'postpaid',
    faceValue,
    discount: discountAt(SALES[code].rate, faceValue),
    day: DAY,
    state: 'succeeded',
    refundNotice: 'not_due',
    acceptedAt,
    closedAt: acceptedAt + 1000,
    needsAttention: false,
    ...differently,
  };
}

export function discountAt(rateBasisPoints: number, faceValue: Vnd): Discount {
  return { ruleId: 'test', rateBasisPoints, amount: discountAmount(faceValue, rateBasisPoints, 'half_up') };
}

/** What MobiFone's file says of a purchase when both sides agree. */
export function settlementLinesOf(ours: InternalPurchase): SettlementLine[] {
  const free = { discountRateBasisPoints: 0, discountAmount: vnd(0) };
  const undone = ours.state !== 'succeeded';
  const registration = { state: undone ? 'reversed' : 'done' } as const;
  if (ours.state === 'rejected') return [];
  if (ours.paymentForm === 'prepaid') {
    return [
      settlementLineOf(ours, 'registration', registration),
      ...(undone ? [settlementLineOf(ours, 'rollback', { ...free, amount: vnd(0) })] : []),
    ];
  }
  return [
    settlementLineOf(ours, 'registration', { ...registration, ...free }),
    undone
      ? settlementLineOf(ours, 'rollback', { ...free, amount: vnd(0) })
      : settlementLineOf(ours, 'charge'),
  ];
}

/** A postpaid sale's two lines, the charge as told. */
export function chargedAs(ours: InternalPurchase, differently: Partial<SettlementLine>): SettlementLine[] {
  return settlementLinesOf(ours).map((line) => (line.kind === 'charge' ? { ...line, ...differently } : line));
}

export function settlementLineOf(
  ours: InternalPurchase,
  kind: SettlementKind,
  differently: Partial<SettlementLine> = {},
): SettlementLine {
  return {
    reference: `MF-${ours.externalId}-${kind}`,
    purchaseId: ours.purchaseId,
    transactionId: transactionId(ours.purchaseId, kind),
    kind,
    msisdn: ours.msisdn,
    package: ours.package,
    paymentForm: ours.paymentForm,
    amount: ours.faceValue,
    discountRateBasisPoints: ours.discount.rateBasisPoints,
    discountAmount: ours.discount.amount,
    state: 'done',
    at: ours.acceptedAt + 500,
    ...differently,
  };
}

/** Lines that stand in for a file. */
export function source(lines: readonly SettlementLine[]): SettlementInput {
  return {
    lines: () => streamed(lines),
    summary: () => ({
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ',',
      goodLines: lines.length,
      badLines: [],
      badLineCount: 0,
      badLineReasons: [],
      ignoredColumns: [],
      sha256: createHash('sha256').update(JSON.stringify(lines)).digest('hex'),
    }),
  };
}

/** Our side, held in memory. */
export function internalSide(purchases: readonly InternalPurchase[]): InternalSide {
  return {
    purchasesOf: (day: LocalDay) => streamed(purchases.filter((purchase) => purchase.day === day)),
    find: (id) => Promise.resolve(purchases.find(({ purchaseId }) => purchaseId === id)),
  };
}

async function* streamed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** Reconciles the day of both sides; a role without lines has no file. */
export function reconciled(
  ours: readonly InternalPurchase[],
  files: Partial<Record<FileRole, readonly SettlementLine[]>>,
  differently: Partial<Pick<Reconciliation, 'day' | 'carriedOver' | 'history' | 'filesOf'>> &
    Partial<Reconciliation['settings']> = {},
): Promise<Report> {
  const { day = DAY, carriedOver, history, filesOf, ...settings } = differently;
  const roles = Object.entries(files) as [FileRole, readonly SettlementLine[]][]; // keys of the argument's type
  return reconcile({
    day,
    internal: internalSide(ours),
    files: roles.map(([role, lines]) => ({ role, source: source(lines) })),
    settings: { ...DEFAULT_SETTINGS, ...settings },
    ...(carriedOver ? { carriedOver } : {}),
    ...(history ? { history } : {}),
    ...(filesOf ? { filesOf } : {}),
  });
}

export const nothing = { gross: 0, discount: 0, payable: 0 };
