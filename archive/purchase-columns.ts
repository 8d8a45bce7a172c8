import { localIso } from '../domain/local-time';
import { maskMsisdn } from '../domain/msisdn';
import { REASONS } from '../domain/purchase/reasons';
import { isSold, priceOf, type ArchivedPurchase, type ReadablePurchase } from './archived-purchase';
import type { NumberStyle } from './manifest';

export type Cell = string | number | null;

export interface Column<Row> {
  meaning: string;
  form: string;
  of: (row: Row, numbers: NumberStyle) => Cell;
}

const DONG = 'whole đồng';
export const TIME = 'ISO 8601, `+07:00`';

/** The columns of `purchases-DAY.csv`, one line a purchase: the one table. */
export const PURCHASE_COLUMNS = {
  purchase_id: { meaning: 'Our id.', form: '`pur_…`', of: ({ purchaseId }) => purchaseId },
  channel: { meaning: 'Who sold it.', form: 'name', of: (purchase) => identity(purchase).channel },
  external_id: {
    meaning: 'The channel’s own order id.',
    form: 'text',
    of: (purchase) => identity(purchase).externalId,
  },
  day: { meaning: 'Day of acceptance (Vietnam).', form: '`YYYY-MM-DD`', of: ({ day }) => day },
  accepted_at: {
    meaning: 'When the order was accepted.',
    form: TIME,
    of: readable(({ order }) => local(order.acceptedAt)),
  },
  closed_at: {
    meaning: 'When the workflow closed; empty while it is open.',
    form: TIME,
    of: ({ run }) => local(run.closedAt),
  },
  package: {
    meaning: 'The package’s code.',
    form: 'code',
    of: (purchase) => (purchase.unreadable ? purchase.package : purchase.order.package.code),
  },
  payment_form: {
    meaning: 'How the subscriber pays.',
    form: '`prepaid` or `postpaid`',
    of: (purchase) => identity(purchase).paymentForm,
  },
  msisdn: {
    meaning: 'The subscriber; in clear only with `--full-numbers`.',
    form: '`8490****567`',
    of: readable(({ order }, numbers) => (numbers === 'full' ? order.msisdn : maskMsisdn(order.msisdn))),
  },
  face_value: { meaning: 'The price.', form: DONG, of: (purchase) => priceOf(purchase).faceValue },
  discount_rule: {
    meaning: 'The discount rule that was frozen with the order.',
    form: 'id',
    of: readable(({ order }) => order.discount.ruleId),
  },
  discount_rate_bp: {
    meaning: 'Its rate in hundredths of a percent.',
    form: '0 to 10000',
    of: readable(({ order }) => order.discount.rateBasisPoints),
  },
  discount_amount: { meaning: 'The discount.', form: DONG, of: (purchase) => priceOf(purchase).discount },
  state: { meaning: 'The state, as in architecture.md.', form: 'state', of: ({ state }) => state },
  reason: { meaning: 'Why it ended without a sale.', form: 'code', of: readable(({ reason }) => reason) },
  reason_vi: {
    meaning: 'The same in Vietnamese.',
    form: 'text',
    of: readable(({ reason }) => reason && REASONS[reason].vi),
  },
  sold_gross: {
    meaning: 'The price if it was sold, else 0; can be summed.',
    form: DONG,
    of: (purchase) => (isSold(purchase) ? priceOf(purchase).faceValue : 0),
  },
  sold_discount: {
    meaning: 'The discount if it was sold, else 0.',
    form: DONG,
    of: (purchase) => (isSold(purchase) ? priceOf(purchase).discount : 0),
  },
  sold_payable: {
    meaning: 'The amount owed to MobiFone for it.',
    form: DONG,
    of: (purchase) => (isSold(purchase) ? priceOf(purchase).faceValue - priceOf(purchase).discount : 0),
  },
  refund_notice: {
    meaning: 'Whether the channel was told to refund.',
    form: '`due`, `delivered` or empty',
    of: readable(refundNotice),
  },
  needs_attention: {
    meaning: 'Whether it needs attention.',
    form: '`true` or `false`',
    of: ({ needsAttention }) => String(needsAttention),
  },
  attention_reason: {
    meaning: 'Why it needs attention.',
    form: 'code',
    of: readable(({ attentionReason }) => attentionReason),
  },
  actions: {
    meaning: 'Operators’ actions, with who and why.',
    form: 'text; `; ` between several',
    of: readable(actionsInWords),
  },
  workflow_id: { meaning: 'Its workflow.', form: 'text', of: ({ run }) => run.workflowId },
  run_id: { meaning: 'The run that is archived.', form: 'text', of: ({ run }) => run.runId },
  history_events: {
    meaning: 'Events of its history.',
    form: 'number',
    of: readable(({ history }) => history.events),
  },
  history_sha256: {
    meaning: 'SHA-256 of its history as canonical JSON.',
    form: '64 hexadecimal digits',
    of: readable(({ history }) => history.sha256),
  },
  unreadable: {
    meaning: 'Why only what is in clear could be exported; empty otherwise.',
    form: 'text',
    of: (purchase) => (purchase.unreadable ? purchase.why : null),
  },
} as const satisfies Record<string, Column<ArchivedPurchase>>;

export function local(at: string | null | undefined): string | null {
  return at ? localIso(new Date(at)) : null;
}

export function identity(purchase: ArchivedPurchase) {
  return purchase.unreadable ? purchase : purchase.order;
}

/** Empty for a purchase that could not be read. */
function readable(of: Column<ReadablePurchase>['of']): Column<ArchivedPurchase>['of'] {
  return (purchase, numbers) => (purchase.unreadable ? null : of(purchase, numbers));
}

function refundNotice({ notices, outcome }: ReadablePurchase): string | null {
  if (outcome === 'succeeded') return null;
  const told = notices.find(({ type }) => type === 'purchase.refund_due');
  if (!told && !outcome) return null;
  return told?.delivered ? 'delivered' : 'due';
}

function actionsInWords({ actions }: ReadablePurchase): string {
  return actions
    .map(({ by, action, decision, why, result }) =>
      [`${by ?? 'somebody'}: ${decision ?? action}`, why && ` (${why})`, result && `, ${result}`]
        .filter(Boolean)
        .join(''),
    )
    .join('; ');
}
