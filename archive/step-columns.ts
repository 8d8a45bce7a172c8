import { PURCHASE_STEPS } from '../domain/purchase/steps';
import type { RecordedStep } from '../client/history/steps';
import type { ArchivedPurchase, ReadablePurchase } from './archived-purchase';
import { local, TIME, type Column } from './purchase-columns';

/** A step of a purchase, numbered from 1. */
export interface StepRow {
  purchase: ReadablePurchase;
  step: RecordedStep;
  sequence: number;
}

/** The columns of `steps-DAY.csv`, one line a step: the one table. */
export const STEP_COLUMNS = {
  purchase_id: { meaning: 'Our id.', form: '`pur_…`', of: ({ purchase }) => purchase.purchaseId },
  channel: { meaning: 'Who sold it.', form: 'name', of: ({ purchase }) => purchase.order.channel },
  external_id: {
    meaning: 'The channel’s own order id.',
    form: 'text',
    of: ({ purchase }) => purchase.order.externalId,
  },
  day: { meaning: 'Day of acceptance (Vietnam).', form: '`YYYY-MM-DD`', of: ({ purchase }) => purchase.day },
  sequence: { meaning: 'Position in the purchase.', form: 'from 1', of: ({ sequence }) => sequence },
  step: { meaning: 'The step.', form: 'code', of: ({ step }) => step.step },
  seed_step: {
    meaning: 'Its number in the agreement.',
    form: '`(2.2)`',
    of: ({ step }) => `(${PURCHASE_STEPS[step.step].seed})`,
  },
  title: { meaning: 'The same in words.', form: 'text', of: ({ step }) => PURCHASE_STEPS[step.step].title },
  status: {
    meaning: 'Status.',
    form: '`running`, `done`, `refused` or `abandoned`',
    of: ({ step }) => step.status,
  },
  started_at: { meaning: 'When it began.', form: TIME, of: ({ step }) => local(step.startedAt) },
  ended_at: { meaning: 'When it ended.', form: TIME, of: ({ step }) => local(step.endedAt) },
  duration_ms: {
    meaning: 'Duration.',
    form: 'milliseconds',
    of: ({ step }) => (step.endedAt ? Date.parse(step.endedAt) - Date.parse(step.startedAt) : null),
  },
  settled_by: {
    meaning: 'What settled it: MobiFone’s reply, an inquiry, or an operator.',
    form: '`reply`, `inquiry`, `operator` or empty',
    of: ({ step }) => step.settledBy ?? null,
  },
  attempts: { meaning: 'Recorded attempts.', form: 'number', of: ({ step }) => step.attempts },
  transaction_id: {
    meaning: 'Its id at MobiFone, as in settlement files; for a refund notice, the notice id.',
    form: '`pur_….charge`',
    of: ({ step }) => step.transactionId,
  },
} as const satisfies Record<string, Column<StepRow>>;

/** None for a purchase that could not be read. */
export function stepRows(purchase: ArchivedPurchase): StepRow[] {
  if (purchase.unreadable) return [];
  return purchase.steps.map((step, index) => ({ purchase, step, sequence: index + 1 }));
}
