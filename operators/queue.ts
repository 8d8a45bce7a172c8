import type { Client } from '@temporalio/client';
import { BreakRegisters } from '../client/break-registers';
import { listCases } from '../client/cases';
import { ClosedPurchases } from '../client/closed-purchases';
import { undeliveredNotices } from '../client/undelivered-notices';
import { unreadableBatches } from '../client/unreadable-batches';
import { readPage, type FoundPurchase } from '../client/purchase-search';
import type { CaseCard, CaseState } from '../domain/case/case';
import type { BatchId, ChannelName, ExternalId, PurchaseId } from '../domain/identifiers';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import type { LocalDay } from '../domain/local-time';
import type { NoticeType } from '../domain/notice/notice';
import { waitsForMachine, type AttentionReason } from '../domain/purchase/attention';
import { isOutcome, type PurchaseState } from '../domain/purchase/states';
import type { PurchaseStep } from '../domain/purchase/steps';
import { openBreaks, type RegisteredBreak } from '../domain/reconciliation/break-register';
import { searchFor } from './saved-searches';
import type { StuckSteps } from './stuck-steps';

interface Waiting {
  /** `machine`: only an answer of MobiFone's, or a case that is about to be opened, ends it; a person can ask sooner. */
  waitsFor: 'person' | 'machine';
  /** ISO 8601, UTC: the queue is sorted by it, the oldest first. */
  since: string;
  channel: ChannelName | null;
  package: string | null;
  /** Whole đồng. */
  atStake: number;
}

interface AboutPurchase extends Waiting {
  purchaseId: PurchaseId;
  externalId: ExternalId | null;
}

/** The notice that a batch is over. No money depends on it: each row that is to be refunded has a notice of its own. */
interface AboutBatch extends Waiting {
  kind: 'batch_notice';
  notice: NoticeType;
  channel: ChannelName;
  batchId: BatchId;
  purchaseId: null;
}

/** Something that is not as it should be. */
export type QueueItem = AboutBatch | AboutPurchaseItem;

type AboutPurchaseItem = AboutPurchase &
  (
    | {
        kind: 'purchase';
        reason: AttentionReason;
        state: PurchaseState;
        /** Null where it is not known: after the outcome, and of a purchase that was ended from outside. */
        step: PurchaseStep | null;
        /** What an operator stated, where MobiFone has to confirm it. */
        stated?: 'charge' | 'rollback';
      }
    | { kind: 'case'; id: CaseCard['id']; state: CaseState; card: CaseCard }
    | { kind: 'notice'; notice: NoticeType }
    | { kind: 'break'; id: string; found: RegisteredBreak }
  );

/** All that waits for a person, and what waits for a machine only. */
export interface Queue {
  items: readonly QueueItem[];
  /** Whether there is more than was read. */
  more: boolean;
  /** Workflows of purchases, batches, cases, notices and breaks that cannot be read: another program started them, or their key is missing. */
  unreadable: readonly string[];
  /** Days whose breaks could not be read, since no worker answers. */
  unreadDays: readonly LocalDay[];
}

interface Readable {
  items: QueueItem[];
  /** Workflow ids. */
  unreadable: string[];
}

const PAGE = 100;
/** More than that at once is an outage, which is not worked on one by one. */
export const MAX_OF_A_KIND = 500;
/** A notice that was due for longer than this waits for a person; most are delivered within seconds. */
const NOTICE_OVERDUE_MS = 10 * 60 * 1000;

/**
 * Reads the queue, the oldest first. Purchases, cases and notices need no worker; breaks do.
 * @throws TemporalUnavailable
 */
export async function readQueue(client: Client, steps: StuckSteps, now: Date = new Date()): Promise<Queue> {
  const purchases = await stuckPurchases(client, steps);
  const [cutOff, cases, notices, breaks, batches] = await Promise.all([
    purchasesWithoutCase(client),
    openCases(client),
    overdueNotices(client, now),
    breaksByDay(client),
    unreadableBatches(client),
  ]);
  const known = new Set(purchases.items.map(({ purchaseId }) => purchaseId));
  const items: QueueItem[] = [
    ...purchases.items,
    ...cutOff.items,
    ...cases.items,
    ...notices.items.filter(({ purchaseId }) => purchaseId === null || !known.has(purchaseId)), // a stuck refund notice is there already
    ...breaks.items,
  ];
  items.sort((one, other) => Date.parse(one.since) - Date.parse(other.since));
  return {
    items,
    more: purchases.more,
    unreadable: withoutRepetition([
      ...purchases.unreadable,
      ...cutOff.unreadable,
      ...batches,
      ...cases.unreadable,
      ...notices.unreadable,
      ...breaks.unreadable,
    ]),
    unreadDays: breaks.unreadDays,
  };
}

/** A purchase can be in need of a person and owe a notice as well. */
function withoutRepetition(workflowIds: readonly string[]): string[] {
  return [...new Set(workflowIds)];
}

async function stuckPurchases(client: Client, steps: StuckSteps): Promise<Readable & { more: boolean }> {
  const items: PurchaseItem[] = [];
  const unreadable: string[] = [];
  const query = searchFor(['needs-attention'], {});
  let token: Uint8Array | undefined;
  do {
    const page = await readPage(client, query, PAGE, token);
    items.push(...page.purchases.map(purchaseItem));
    unreadable.push(...page.unreadable.map(({ workflowId }) => workflowId));
    token = page.nextToken;
  } while (token.length > 0 && items.length < MAX_OF_A_KIND);
  const isSold = ({ state }: PurchaseItem) => Number(state === 'succeeded'); // read last: no person is waited for
  const unclear = items.filter(isUnclear).toSorted((one, other) => isSold(one) - isSold(other));
  await steps.read(unclear);
  for (const item of unclear) {
    const known = steps.of(item);
    if (!known) continue;
    Object.assign(item, known);
    item.waitsFor = waitsForMachine(known.step) ? 'machine' : 'person';
  }
  return { items, unreadable, more: token.length > 0 };
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
async function purchasesWithoutCase(client: Client): Promise<Readable> {
  const closed = await new ClosedPurchases(client).withoutCase(MAX_OF_A_KIND);
  const ids = closed.map(({ purchaseId }) => purchaseId);
  if (ids.length === 0) return { items: [], unreadable: [] };
  const query = searchFor(['ended-from-outside'], {});
  const { purchases, unreadable } = await readPage(client, query, MAX_OF_A_KIND);
  const items = purchases
    .filter(({ order }) => ids.includes(order.purchaseId))
    .map((found): QueueItem => ({
      ...purchaseItem(found),
      reason: 'workflow_closed',
      step: null,
      waitsFor: 'machine',
    }));
  return { items, unreadable: unreadable.map(({ workflowId }) => workflowId) };
}

async function openCases(client: Client): Promise<Readable> {
  const items: QueueItem[] = [];
  const unreadable: string[] = [];
  const onUnreadable = ({ workflowId }: { workflowId: string }) => unreadable.push(workflowId);
  for await (const { card, state, needsAttention } of listCases(client, { open: true }, onUnreadable)) {
    items.push({
      kind: 'case',
      waitsFor: needsAttention ? 'person' : 'machine',
      id: card.id,
      card,
      state,
      since: card.openedAt,
      purchaseId: card.purchaseId,
      channel: card.channel,
      externalId: card.externalId,
      package: card.package,
      atStake: card.evidence.atStake,
    });
    if (items.length >= MAX_OF_A_KIND) break;
  }
  return { items, unreadable };
}

async function overdueNotices(client: Client, now: Date): Promise<Readable> {
  const before = new Date(now.getTime() - NOTICE_OVERDUE_MS);
  const { ofPurchases, ofBatches, unreadable } = await undeliveredNotices(client, before, MAX_OF_A_KIND);
  const items = [
    ...ofPurchases.map((notice): QueueItem => ({ kind: 'notice', waitsFor: 'person', ...notice })),
    ...ofBatches.map(({ notice, since, channel, batchId }): QueueItem => ({
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
  ];
  return { items, unreadable };
}

async function breaksByDay(client: Client): Promise<Readable & { unreadDays: LocalDay[] }> {
  const registers = new BreakRegisters(client);
  const items: QueueItem[] = [];
  const unreadable: string[] = [];
  const days = await registers.days({ open: true }, ({ workflowId }) => unreadable.push(workflowId));
  const { read, unreadDays, unreadable: foreign } = await registers.read(days);
  for (const register of read) items.push(...openBreaks(register).map(breakItem));
  return { items, unreadable: [...unreadable, ...foreign], unreadDays };
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
