import { markdownText } from '../../domain/harmless-text';
import { formatDuration } from '../../domain/duration';
import {
  ATTENTION_REASONS,
  decisionInWords,
  decisionsAt,
  type Attention,
  type Decision,
} from '../../domain/purchase/attention';
import { formatLocalClock, formatLocalTime } from '../../domain/local-time';
import { maskMsisdn } from '../../domain/msisdn';
import { actOf, commandOf } from '../../domain/purchase/operator-acts';
import type { Purchase } from '../../domain/purchase/purchase';
import { PURCHASE_STATES } from '../../domain/purchase/states';
import { PURCHASE_STEPS, type StepRecord } from '../../domain/purchase/steps';
import { REASONS } from '../../domain/purchase/reasons';

/** What a person has decided, and what came of it. Shown in the details only; the history holds the update itself. */
export interface DecidedByPerson {
  /** ISO 8601, UTC. */
  at: string;
  what: string;
  by: string;
  why: string;
  reference?: string | undefined;
  /** Why it was not applied; null when it was. */
  notApplied: string | null;
}

/** The purchase as Markdown for the Web UI's current details: who, what, how far, what next. */
export function purchaseStory(purchase: Purchase, decided: readonly DecidedByPerson[] = []): string {
  const { order, state, reason, attention } = purchase;
  return [
    `**${state}**${reason ? ` – ${REASONS[reason].en}` : ''}`,
    '',
    `${order.package.code} for ${maskMsisdn(order.msisdn)} (${order.paymentForm}), ${order.faceValue} VND, ` +
      `discount ${order.discount.amount} VND, sold by ${order.channel} as ${markdownText(order.externalId)}.`,
    '',
    ...purchase.steps.map(stepLine),
    ...(attention
      ? [
          '',
          `**Needs attention since ${formatLocalTime(new Date(attention.since))}:** ${ATTENTION_REASONS[attention.reason]} ${markdownText(attention.detail)}`,
          '',
          'Open to an operator: at the desk, by the command, or by the update `decide` with this data, `by` and `why` filled in:',
          '',
          ...decisionsAt(attention.step).flatMap((decision) => decisionLines(decision, attention, purchase)),
        ]
      : []),
    ...(decided.length > 0 ? ['', '**What people decided:**', '', ...decided.map(decidedLine)] : []),
    '',
    `**Next:** ${whatHappensNext(purchase)}`,
  ].join('\n');
}

/** One sentence on what the workflow waits for. */
export function whatHappensNext(purchase: Purchase): string {
  const running = purchase.steps.filter((step) => step.status === 'running');
  if (running.length > 0) return `${running.map((step) => PURCHASE_STEPS[step.step].title).join('; ')}.`;
  return purchase.outcome ? 'Nothing; the purchase is over.' : PURCHASE_STATES[purchase.state].meaning;
}

/** Empty texts are refused, so that nobody sends the data as it is. */
function decisionLines(decision: Decision, attention: Attention, { order, steps }: Purchase): string[] {
  const data = JSON.stringify({ decision, by: '', why: '' }, null, 2);
  return [
    `${decisionInWords(decision, { steps, attention })} \`${commandOf(actOf(decision), order)}\``,
    '',
    '```json',
    data,
    '```',
    '',
  ];
}

function decidedLine({ at, what, by, why, reference, notApplied }: DecidedByPerson): string {
  const ticket = reference === undefined ? '' : ` [${markdownText(reference)}]`;
  const result = notApplied === null ? 'applied' : `not applied: ${markdownText(notApplied)}`;
  return `- ${formatLocalClock(new Date(at))} \`${what}\` by ${markdownText(by)}: ${markdownText(why)}${ticket}; ${result}`;
}

function stepLine(step: StepRecord): string {
  const { seed, title } = PURCHASE_STEPS[step.step];
  const how = step.settledBy && step.settledBy !== 'reply' ? `, known by ${step.settledBy}` : '';
  const began = formatLocalClock(new Date(step.startedAt));
  const took = step.endedAt
    ? ` in ${formatDuration(Date.parse(step.endedAt) - Date.parse(step.startedAt))}`
    : '';
  return `- ${began} (${seed}) ${title}: ${step.status}${took}${how}`;
}
