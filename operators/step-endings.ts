import type { Purchase } from '../domain/purchase/purchase';
import type { PurchaseEvent } from '../domain/purchase/events';
import { statedStep, type StepRecord } from '../domain/purchase/steps';

/** How a step ended, as people must understand it: MobiFone's denial ends a check as its confirmation does. */
export type StepEnding =
  | 'begun'
  | 'done'
  | 'found_done'
  | 'stated_done'
  | 'refused'
  | 'stated_not_done'
  | 'abandoned'
  | 'may_buy'
  | 'sent'
  | 'taken'
  | 'landed'
  | 'nothing_landed'
  | 'confirmed'
  | 'denied'
  | 'asked';

/** An event of a purchase; of one about a step, also how it ended. */
export interface ToldEvent {
  event: PurchaseEvent;
  ending: StepEnding;
  /** What an operator stated, if MobiFone has to confirm something. */
  stated: 'charge' | 'rollback';
}

/**
 * The events with how each step ended.
 * @param isDenied whether a case says that MobiFone denies a charge that an operator stated; undefined where cases are not known
 */
export function toldEvents(
  { events, steps }: Pick<Purchase, 'events' | 'steps'>,
  isDenied?: boolean,
): ToldEvent[] {
  const stated = statedStep(steps);
  const left = new Map<string, StepRecord[]>();
  for (const record of steps) left.set(record.step, [...(left.get(record.step) ?? []), record]);
  return events.map((event) => {
    if (event.kind !== 'step' || event.status === 'running') return { event, ending: 'begun', stated };
    const record = left.get(event.step)?.shift();
    return { event, ending: record ? endingOf(record, steps, isDenied) : event.status, stated };
  });
}

function endingOf(
  record: StepRecord,
  steps: readonly StepRecord[],
  isDenied: boolean | undefined,
): StepEnding {
  const { step, status, settledBy } = record;
  if (status === 'running') return 'begun';
  if (status === 'abandoned') return 'abandoned';
  if (status === 'refused') return settledBy === 'operator' ? 'stated_not_done' : 'refused';
  switch (step) {
    case 'check':
      return 'may_buy';
    case 'refund_notice':
      return 'taken';
    case 'rejection_message':
    case 'transaction_message':
    case 'success_message':
      return 'sent';
    case 'late_effect_check':
      return isRolledBackAfter(record, steps) ? 'landed' : 'nothing_landed';
    case 'decision_check':
      return answerOf(record, steps, isDenied);
    default:
      return settledBy === 'operator' ? 'stated_done' : settledBy === 'inquiry' ? 'found_done' : 'done';
  }
}

/** What MobiFone answered about a decision: of a registration a further rollback says it, of a charge only its case. */
function answerOf(
  record: StepRecord,
  steps: readonly StepRecord[],
  isDenied: boolean | undefined,
): StepEnding {
  if (isRolledBackAfter(record, steps) || isDenied === true) return 'denied';
  return statedStep(steps) === 'charge' && isDenied === undefined ? 'asked' : 'confirmed';
}

function isRolledBackAfter(record: StepRecord, steps: readonly StepRecord[]): boolean {
  return steps.slice(steps.indexOf(record) + 1).some(({ step }) => step === 'rollback');
}
