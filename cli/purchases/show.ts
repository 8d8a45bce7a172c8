import type { Command } from 'commander';
import { PurchaseWords } from '../../operators/purchase-words';
import { toldEvents, type ToldEvent } from '../../operators/step-endings';
import { timelineOf, type PendingCall, type PersonsAct, type Timeline } from '../../operators/timeline';
import { resolvePurchase } from '../../operators/purchase-ref';
import { webUiLinks } from '../../client/web-ui-links';
import { ATTENTION_REASONS } from '../../domain/purchase/attention';
import { formatLocalClock, formatLocalTime } from '../../domain/local-time';
import { commandOf } from '../../domain/purchase/operator-acts';
import { PURCHASE_STATES } from '../../domain/purchase/states';
import { REASONS } from '../../domain/purchase/reasons';
import { PURCHASE_SETTINGS, verb } from '../terminal/help';
import { print, refuse, type JsonOption } from '../terminal/output';
import { withTemporal } from '../terminal/temporal';
import { PURCHASE_ARGUMENT } from './act';

const WORDS = new PurchaseWords('en');

/** `show`: one purchase, and what can be done next. */
export function addShow(command: Command): void {
  verb(
    command,
    'shows a purchase: what happened, what is being tried, what you can do',
    [
      'datacode purchases show demo/order-1001',
      'datacode purchases show demo/order-1001 --json | jq .purchase.state',
    ],
    [...PURCHASE_SETTINGS, 'TEMPORAL_UI_URL'],
  )
    .argument(...PURCHASE_ARGUMENT)
    .action(show);
}

async function show(purchaseRef: string, options: JsonOption): Promise<void> {
  await withTemporal(async ({ client, webUiUrl }) => {
    const name = await resolvePurchase(client, purchaseRef);
    const timeline = name && (await timelineOf(client, name));
    if (!timeline) return refuse(`There is no purchase ${purchaseRef}; it may be older than the retention.`);
    const webUiLink = webUiLinks(webUiUrl, client.options.namespace)?.workflow(timeline.workflowId) ?? null;
    print(options, { ...timeline, webUiLink }, () => [
      ...timelineInWords(timeline),
      ...(webUiLink ? ['', webUiLink] : []),
    ]);
  });
}

/** A purchase for a person at the terminal, in lines; times are those of Vietnam. */
export function timelineInWords(timeline: Timeline): string[] {
  const { order, state, reason, attention, events } = timeline.purchase;
  const because = reason ? ` – ${REASONS[reason].en}` : '';
  return [
    `${order.channel}/${order.externalId} (${order.purchaseId}): ${state}${because}`,
    `  ${order.package.code} for ${order.msisdn}, ${order.paymentForm}, ${order.faceValue} VND, discount ${order.discount.amount} VND`,
    `  accepted ${formatLocalTime(new Date(order.acceptedAt))}${timeline.closed ? ', workflow over' : ''}`,
    '',
    ...(events.length > 0
      ? toldEvents(timeline.purchase, timeline.isDenied || undefined).map(eventInWords)
      : [PURCHASE_STATES[state].meaning]),
    ...section('Being tried', timeline.pending.map(pendingInWords)),
    ...section('What people did', timeline.acts.map(personsActInWords)),
    ...(attention
      ? section(`Needs attention since ${formatLocalTime(new Date(attention.since))}`, [
          `${ATTENTION_REASONS[attention.reason]} ${attention.detail}`,
        ])
      : []),
    ...section(
      'What you can do (asks who you are and why)',
      timeline.open.flatMap((act) => [commandOf(act, order), `    ${WORDS.act(act, timeline.purchase)}`]),
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function eventInWords(told: ToldEvent): string {
  const { at, kind } = told.event;
  return `  ${formatLocalClock(new Date(at))}${kind === 'step' ? '    ' : '  '}${WORDS.event(told)}`;
}

/** With the failure as it was recorded: it may be what MobiFone must be shown. */
function pendingInWords({ call, attempt, lastFailure, nextAttemptAt }: PendingCall): string {
  const when = nextAttemptAt ? `next at ${formatLocalClock(new Date(nextAttemptAt))}` : 'under way';
  return `${call}: attempt ${attempt}, ${when}${lastFailure ? `; last failure: ${lastFailure}` : ''}`;
}

function personsActInWords(act: PersonsAct): string {
  return `${formatLocalTime(new Date(act.at))} ${WORDS.personsAct(act)}`;
}
