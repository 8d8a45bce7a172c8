import type { Client } from '@temporalio/client';
import { BreakRegisters } from '../client/break-registers';
import { casesQuery, listCases } from '../client/cases';
import type { ListedCase } from '../client/listed-case';
import { ClosedPurchases } from '../client/closed-purchases';
import type { FairShare } from '../client/fair-list';
import { undeliveredBatchNotices, undeliveredNotices, type NoticeWish } from '../client/undelivered-notices';
import { unreadableBatches } from '../client/unreadable-batches';
import { purchasesOfRuns, type FoundPurchase } from '../client/purchase-search';
import { countRuns, executions, type RawExecution, type UnreadableRun } from '../client/visibility-pages';
import { batches as groups, workflowIdIn } from '../client/visibility-query';
import { purchaseWorkflowId, type ChannelName, type PurchaseId } from '../domain/identifiers';
import { isNameIn } from '../domain/own-entry';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import type { LocalDay } from '../domain/local-time';
import { ATTENTION_REASONS, waitsForMachine, type AttentionReason } from '../domain/purchase/attention';
import { isOutcome, type PurchaseState } from '../domain/purchase/states';
import type { PurchaseStep } from '../domain/purchase/steps';
import { openBreaks, type RegisteredBreak } from '../domain/reconciliation/break-register';
import { purchasesLeftOut, readByStake } from './at-stake';
import {
  isWanted,
  NO_FILTER,
  type Queue,
  type QueueFilter,
  type QueueItem,
  type Unlisted,
} from './queue-item';
import { searchFor } from './saved-searches';
import type { StuckSteps } from './stuck-steps';

/** More than that at once is an outage, which is not worked on one by one. */
const MAX_OF_A_KIND = 500;
/** What one channel's webhook does not take waits for its channel: its lines leave the others their places. */
const OWN_TROUBLE: FairShare = { most: 100, perChannel: 20, isFilled: false };
/** The same, where somebody looks for just that. */
const WHOLE: FairShare = { most: MAX_OF_A_KIND, perChannel: MAX_OF_A_KIND / 5, isFilled: true };
/** A notice that was due for longer than this waits for a person; most are delivered within seconds. */
const NOTICE_OVERDUE_MS = 10 * 60 * 1000;

/** Some of what waits, how much of it is not listed, and the workflow ids of what cannot be read. */
interface Part<Item extends QueueItem = QueueItem> {
  items: readonly Item[];
  unlisted: readonly Unlisted[];
  unreadable: readonly string[];
}

/**
 * Reads the queue, the oldest first. Purchases, cases and notices need no worker; breaks do.
 * @throws TemporalUnavailable
 */
export async function readQueue(
  client: Client,
  steps: StuckSteps,
  { filter = NO_FILTER, now = new Date() }: { filter?: QueueFilter; now?: Date } = {},
): Promise<Queue> {
  const purchases = await stuckPurchases(client, steps, filter);
  const [cutOff, cases, notices, batchNotices, breaks, batches] = await Promise.all([
    purchasesWithoutCase(client, filter),
    openCases(client, filter),
    overdueNotices(client, filter, now),
    overdueBatchNotices(client, filter, now),
    breaksByDay(client, filter),
    unreadableBatches(client),
  ]);
  const known = new Set(purchases.items.map(({ purchaseId }) => purchaseId));
  const items = [
    ...purchases.items,
    ...cutOff.items,
    ...cases.items,
    ...notices.items.filter(({ purchaseId }) => !known.has(purchaseId)), // a stuck purchase is there already
    ...batchNotices.items,
    ...breaks.items,
  ].filter((item) => isWanted(item, filter));
  items.sort((one, other) => Date.parse(one.since) - Date.parse(other.since));
  return {
    items,
    unlisted: [purchases, cutOff, cases, notices, batchNotices].flatMap(({ unlisted }) => unlisted),
    unreadable: withoutRepetition([
      ...[purchases, cutOff, cases, notices, batchNotices, breaks].flatMap(({ unreadable }) => unreadable),
      ...batches.ids,
    ]),
    batchesNotLookedAt: batches.notLookedAt,
    unreadDays: breaks.unreadDays,
  };
}

/** A purchase can be in need of a person and owe a notice as well. */
function withoutRepetition(workflowIds: readonly string[]): string[] {
  return [...new Set(workflowIds)];
}

function idsOf(runs: readonly UnreadableRun[]): string[] {
  return runs.map(({ workflowId }) => workflowId);
}

const NOTHING = { items: [], unlisted: [], unreadable: [] };

async function stuckPurchases(
  client: Client,
  steps: StuckSteps,
  { kind, reason, channel, package: code }: QueueFilter,
): Promise<Part<PurchaseItem>> {
  if ((kind !== '' && kind !== 'purchase') || (reason !== '' && !isNameIn(ATTENTION_REASONS, reason)))
    return NOTHING;
  const query = searchFor(['needs-attention'], {
    ...(reason === '' ? {} : { reason }),
    ...(channel === '' ? {} : { channel }),
    ...(code === '' ? {} : { packageCode: code }),
  });
  const isChosen = channel !== '' || reason !== '';
  const found = await readByStake(client, query, MAX_OF_A_KIND, isChosen ? undefined : OWN_TROUBLE);
  const runs = [...found.ours, ...found.unreadable];
  const [left, { purchases, unreadable }] = await Promise.all([
    purchasesLeftOut(client, query, runs),
    purchasesOfRuns(client, runs),
  ]);
  const items = purchases.map(purchaseItem);
  const isSold = ({ state }: PurchaseItem) => Number(state === 'succeeded'); // read last: no person is waited for
  const unclear = items.filter(isUnclear).toSorted((one, other) => isSold(one) - isSold(other));
  await steps.read(unclear);
  for (const item of unclear) {
    const stuck = steps.of(item);
    if (!stuck) continue;
    Object.assign(item, stuck);
    item.waitsFor = waitsForMachine(stuck.step) ? 'machine' : 'person';
  }
  return {
    items,
    unlisted: left.map((one) => ({ kind: 'purchase', ...one })),
    unreadable: idsOf(unreadable),
  };
}

type PurchaseItem = Extract<QueueItem, { kind: 'purchase' }> & Pick<PurchaseOrder, 'channel' | 'externalId'>;

/** After an outcome it may be a rollback that a person can close, a message, or a question that only MobiFone ends. */
function isUnclear({ step, state }: PurchaseItem): boolean {
  return step === null && isOutcome(state);
}

function purchaseItem({ order, state, attentionReason, attentionSince }: FoundPurchase): PurchaseItem {
  const reason = attentionReason ?? 'no_answer';
  const step = stuckStep(state, reason);
  return {
    kind: 'purchase',
    waitsFor: step === null && state === 'succeeded' ? 'machine' : 'person',
    since: attentionSince?.toISOString() ?? order.acceptedAt,
    purchaseId: order.purchaseId,
    channel: order.channel,
    externalId: order.externalId,
    package: order.package.code,
    atStake: order.faceValue,
    reason,
    state,
    step,
  };
}

/** The step that a purchase of this state can need a person for; the index does not hold it. */
function stuckStep(state: PurchaseState, reason: AttentionReason): PurchaseStep | null {
  if (reason === 'channel_unreachable') return 'refund_notice';
  if (reason === 'rollback_refused' || reason === 'late_effect') return 'rollback';
  if (reason === 'case_not_opened') return 'decision_check';
  return STEPS[state] ?? null;
}

const STEPS: Partial<Record<PurchaseState, PurchaseStep>> = {
  accepted: 'check',
  checking: 'check',
  registering: 'register',
  charging: 'charge',
  rolling_back: 'rollback',
};

/** Ended from outside within the last minutes: the sweep has not opened their case yet. */
async function purchasesWithoutCase(
  client: Client,
  { kind, reason, channel }: QueueFilter,
): Promise<Part<PurchaseItem>> {
  if ((kind !== '' && kind !== 'purchase') || (reason !== '' && reason !== 'workflow_closed')) return NOTHING;
  const closed = await new ClosedPurchases(client).withoutCase(
    MAX_OF_A_KIND,
    channel === '' ? undefined : channel,
  );
  const items: PurchaseItem[] = [];
  const strange: string[] = [];
  for (const some of groups(closed)) {
    const ids = some.map((one) => purchaseWorkflowId(one.channel, one.externalId));
    const query = searchFor(['ended-from-outside'], { query: workflowIdIn(ids) });
    const runs: RawExecution[] = [];
    for await (const run of executions(client, query)) runs.push(run);
    const { purchases, unreadable } = await purchasesOfRuns(client, runs);
    items.push(...purchases.map(closedItem));
    strange.push(...idsOf(unreadable));
  }
  return { items, unlisted: [], unreadable: strange };
}

function closedItem(found: FoundPurchase): PurchaseItem {
  return { ...purchaseItem(found), reason: 'workflow_closed', step: null, waitsFor: 'machine' };
}

async function openCases(client: Client, filter: QueueFilter): Promise<Part> {
  if (filter.kind !== '' && filter.kind !== 'case') return NOTHING;
  if (filter.reason !== '' && !filter.reason.startsWith('case_')) return NOTHING;
  const open = { open: true, ...(filter.channel === '' ? {} : { channel: filter.channel }) };
  const items = new Map<string, QueueItem>();
  const seen = new Set<string>();
  const unreadable = new Set<string>();
  const onUnreadable = ({ workflowId }: { workflowId: string }) => unreadable.add(workflowId);
  for (const wanted of [{ ...open, needsAttention: true }, open])
    for await (const found of listCases(client, wanted, onUnreadable)) {
      if (items.size >= MAX_OF_A_KIND) break;
      seen.add(found.card.id);
      const item = caseItem(found);
      if (isWanted(item, filter)) items.set(found.card.id, item);
    }
  const read = seen.size + unreadable.size;
  const count = items.size < MAX_OF_A_KIND ? 0 : (await countRuns(client, casesQuery(open))) - read;
  const channel = filter.channel === '' ? null : filter.channel;
  return {
    items: [...items.values()],
    unlisted: count > 0 ? [{ kind: 'case', reason: null, channel, count }] : [],
    unreadable: [...unreadable],
  };
}

function caseItem({ card, state, cutOff, needsAttention }: ListedCase): QueueItem {
  return {
    kind: 'case',
    waitsFor: needsAttention || cutOff ? 'person' : 'machine',
    id: card.id,
    card,
    state,
    cutOff,
    since: card.openedAt,
    purchaseId: card.purchaseId,
    channel: card.channel,
    externalId: card.externalId,
    package: card.package,
    atStake: card.evidence.atStake,
  };
}

async function overdueNotices(client: Client, filter: QueueFilter, now: Date) {
  if (!asksFor(filter, 'notice')) return NOTHING;
  const { notices, unreadable, leftOut } = await undeliveredNotices(
    client,
    overdueAt(now),
    noticeWish(filter),
  );
  return {
    items: notices.map((notice) => ({ kind: 'notice' as const, waitsFor: 'person' as const, ...notice })),
    unlisted: leftOut.map((one): Unlisted => ({ kind: 'notice', reason: null, ...one })),
    unreadable: idsOf(unreadable),
  };
}

async function overdueBatchNotices(client: Client, filter: QueueFilter, now: Date): Promise<Part> {
  if (!asksFor(filter, 'batch_notice')) return NOTHING;
  const wish = noticeWish(filter);
  const { notices, unreadable, leftOut } = await undeliveredBatchNotices(client, overdueAt(now), wish);
  return {
    items: notices.map(({ notice, since, channel, batchId }) => ({
      kind: 'batch_notice',
      waitsFor: 'person',
      notice,
      since,
      channel,
      batchId,
      purchaseId: null,
      package: null,
      atStake: 0,
    })),
    unlisted: leftOut.map((one) => ({ kind: 'batch_notice', reason: null, ...one })),
    unreadable: idsOf(unreadable),
  };
}

/** Whether a kind of notices, which is its own reason, can be among what is wanted. */
function asksFor({ kind, reason }: QueueFilter, notice: 'notice' | 'batch_notice'): boolean {
  return (kind === '' || kind === notice) && (reason === '' || reason === notice);
}

function noticeWish({ kind, reason, channel }: QueueFilter): NoticeWish {
  const isChosen = kind !== '' || reason !== '' || channel !== '';
  return {
    ...(channel === '' ? {} : { channel: channel as ChannelName }), // only compared, in a query that quotes it
    share: isChosen ? WHOLE : OWN_TROUBLE,
  };
}

function overdueAt(now: Date): Date {
  return new Date(now.getTime() - NOTICE_OVERDUE_MS);
}

async function breaksByDay(
  client: Client,
  { kind, reason, channel, package: code }: QueueFilter,
): Promise<Omit<Part, 'unlisted'> & { unreadDays: LocalDay[] }> {
  const isOther = (kind !== '' && kind !== 'break') || (reason !== '' && !reason.startsWith('break_'));
  if (isOther || channel !== '' || code !== '') return { items: [], unreadable: [], unreadDays: [] }; // a break has neither
  const registers = new BreakRegisters(client);
  const strange: string[] = [];
  const days = await registers.days({ open: true }, ({ workflowId }) => strange.push(workflowId));
  const { read, unreadDays, unreadable } = await registers.read(days);
  const items = read.flatMap((register) => openBreaks(register).map(breakItem));
  return { items, unreadable: [...strange, ...unreadable], unreadDays };
}

function breakItem(found: RegisteredBreak): QueueItem {
  return {
    kind: 'break',
    waitsFor: 'person',
    id: found.id,
    found,
    since: found.foundAt,
    purchaseId: found.purchaseId as PurchaseId, // as the comparison named it, shown only
    channel: null,
    externalId: null,
    package: null,
    atStake: found.atStake,
  };
}
