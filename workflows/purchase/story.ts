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

/** The purchase as Markdown for the Web UI's current details: who, what, how far, what next. */
export function purchaseStory(purchase: Purchase): string {
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
          'Open to an operator, by the command or by the update `decide`, with who and why:',
          '',
          ...decisionsAt(attention.step).map((decision) => decisionLine(decision, attention, purchase)),
        ]
      : []),
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

function decisionLine(decision: Decision, { step }: Attention, { order }: Purchase): string {
  return `- \`${decision}\`: ${decisionInWords(decision, [step])} \`${commandOf(actOf(decision), order)}\``;
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
