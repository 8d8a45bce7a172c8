import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { ATTENTION_REASONS, type AttentionReason } from '../domain/purchase/attention';
import { CASE_WORKFLOW } from '../domain/case/protocol';
import { NOTICE_WORKFLOW } from '../domain/notice/protocol';
import { PURCHASE_WORKFLOW } from '../domain/purchase/protocol';
import { PURCHASE_STATE_NAMES, type PurchaseState } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { QueueSide } from '../runtime/configuration/task-queues';
import { BreakRegisters } from './break-registers';
import { byAge, type BreakAge } from '../domain/reconciliation/break-ages';
import { LastReconciliations, type LastReconciliation } from './last-reconciliation';
import { listCases } from './cases';
import { ClosedPurchases } from './closed-purchases';
import type { ListedCase } from './listed-case';
import type { NamespaceFault } from './namespace-fault';
import { namespaceFault, retentionMs } from './namespace-state';
import { describedSide, receiversOf } from './new-work';
import { CUT_OFF_QUERY, PURCHASE_RUNS } from './run-status';
import { countRuns, executions } from './visibility-pages';
import { equals } from './visibility-query';

/** Kinds of notices: a refund notice is a step of its purchase, a state notice a workflow of its own. */
export const NOTICE_KINDS = ['refund', 'state'] as const;
type NoticeKind = (typeof NOTICE_KINDS)[number];

/** One side of a task queue, as Temporal sees it. */
export interface QueueStatus extends QueueSide {
  pollers: number;
  backlog: number;
  backlogAgeSeconds: number;
}

/** Figures of the whole business at a moment; the same in every process. */
export interface BusinessSnapshot {
  openByState: Readonly<Record<PurchaseState, number>>;
  attentionByReason: Readonly<Record<AttentionReason, number>>;
  /** Age of the oldest purchase that needs a person; 0 if there is none. */
  oldestAttentionSeconds: number;
  /** Age of the oldest open case; 0 if there is none. */
  oldestCaseSeconds: number;
  noticesPending: Readonly<Record<NoticeKind, number>>;
  noticesOverdue: Readonly<Record<NoticeKind, number>>;
  queues: readonly QueueStatus[];
  /** Open breaks of all days by their age. */
  openBreaks: Readonly<Record<BreakAge, { count: number; atStake: number }>>;
  /** Absent if no day was ever reconciled. */
  lastReconciliation: LastReconciliation | undefined;
}

/** A notice that is undelivered for longer than this is overdue. */
const OVERDUE_MS = 60 * 60 * 1000;
/** The oldest purchase or case that needs a person is searched in at most this many pages. */
const PAGE_SIZE = 500;
const MAX_PAGES = 10;
/** Up to this many purchases that were ended from outside are checked for a case. */
const MAX_CUT_OFF_READ = 1_000;

const RUNNING = "ExecutionStatus = 'Running'";
const PURCHASES = `WorkflowType = '${PURCHASE_WORKFLOW}'`;
/** Of purchases and of cases alike. */
const ATTENTION = `${RUNNING} AND ${equals(SEARCH_ATTRIBUTES.needsAttention, true)}`;
const CASES = `WorkflowType = '${CASE_WORKFLOW}' AND ${RUNNING}`;
/** Queries for undelivered notices. An undone purchase runs until its refund notice is delivered. */
const PENDING: Readonly<Record<NoticeKind, string>> = {
  refund:
    `${PURCHASES} AND ${RUNNING} AND ${SEARCH_ATTRIBUTES.purchaseOutcome.name} IN ` +
    `('rejected', 'rolled_back', 'cancelled', 'given_up')`,
  state: `WorkflowType = '${NOTICE_WORKFLOW}' AND ${RUNNING}`,
};

/** Takes snapshots of the business from Temporal, mostly by counting. */
export class BusinessSnapshots {
  private readonly reconciliations: LastReconciliations;
  private readonly breaks: BreakRegisters;
  private readonly closed: ClosedPurchases;

  constructor(
    private readonly client: Client,
    private readonly sides: readonly QueueSide[],
  ) {
    this.reconciliations = new LastReconciliations(client);
    this.breaks = new BreakRegisters(client);
    this.closed = new ClosedPurchases(client);
  }

  /** @throws TemporalUnavailable, or another error of Temporal */
  async take(now: Date = new Date()): Promise<BusinessSnapshot> {
    const overdue = `StartTime < '${new Date(now.getTime() - OVERDUE_MS).toISOString()}'`;
    const openByState = await each(PURCHASE_STATE_NAMES, (state) =>
      this.count(`${PURCHASES} AND ${RUNNING} AND ${equals(SEARCH_ATTRIBUTES.purchaseState, state)}`),
    );
    const cases = await this.cutOffCases();
    const attentionByReason = await each(REASONS, async (reason) => {
      if (reason === 'workflow_closed') return this.cutOff();
      const cutOff = reason === 'case_open' ? cases.length : 0;
      return (
        cutOff + (await this.count(`${ATTENTION} AND ${equals(SEARCH_ATTRIBUTES.attentionReason, reason)}`))
      );
    });
    const running = REASONS.some((reason) => reason !== 'workflow_closed' && attentionByReason[reason] > 0);
    return {
      openByState,
      attentionByReason,
      oldestAttentionSeconds: running ? await this.oldest(`${PURCHASES} AND ${ATTENTION}`, now) : 0,
      oldestCaseSeconds: Math.max(
        await this.oldest(CASES, now),
        ...cases.map(({ card }) => secondsSince(card.openedAt, now)),
      ),
      noticesPending: await each(NOTICE_KINDS, (kind) => this.count(PENDING[kind])),
      noticesOverdue: await each(NOTICE_KINDS, (kind) => this.count(`${PENDING[kind]} AND ${overdue}`)),
      queues: await this.queueStatuses(),
      openBreaks: byAge(await this.breaks.openSince(), now),
      lastReconciliation: await this.reconciliations.last(now),
    };
  }

  /** @throws TemporalUnavailable */
  retentionMs(): Promise<number | undefined> {
    return retentionMs(this.client);
  }

  namespaceFault(): Promise<NamespaceFault | undefined> {
    return namespaceFault(this.client);
  }

  /** If there are too many of ours to check, all are counted, including settled and reset ones and what is not ours. */
  private async cutOff(): Promise<number> {
    const unsettled = await this.closed.unsettled(MAX_CUT_OFF_READ);
    return unsettled ?? this.count(`${PURCHASE_RUNS} AND ${CUT_OFF_QUERY}`);
  }

  /** Cases that were ended from outside and that nobody has opened again: they wait for a person as well. */
  private async cutOffCases(): Promise<ListedCase[]> {
    const found: ListedCase[] = [];
    for await (const one of listCases(this.client, { cutOff: true }, () => undefined)) {
      found.push(one);
      if (found.length >= MAX_CUT_OFF_READ) break;
    }
    return found;
  }

  private count(query: string): Promise<number> {
    return countRuns(this.client, query);
  }

  /** Temporal lists the newest first and cannot sort, so all pages are read. */
  private async oldest(query: string, now: Date): Promise<number> {
    let oldest = now.getTime();
    let read = 0;
    for await (const { startTime } of executions(this.client, query, { pageSize: PAGE_SIZE })) {
      if (startTime) oldest = Math.min(oldest, tsToMs(startTime));
      read += 1;
      if (read >= PAGE_SIZE * MAX_PAGES) break;
    }
    return Math.max(0, now.getTime() - oldest) / 1000;
  }

  private async queueStatuses(): Promise<QueueStatus[]> {
    const statuses: QueueStatus[] = [];
    for (const side of this.sides) {
      const described = await describedSide(this.client, side, { reportStats: true });
      const { pollers, stats } = described;
      // Others than who gets its work take none of it, however many they are.
      const listed = receiversOf(described, new Date()).map((one) => one.listed);
      statuses.push({
        ...side,
        pollers: Math.min(pollers.length, ...listed),
        backlog: Number(stats?.approximateBacklogCount ?? 0),
        backlogAgeSeconds: tsToMs(stats?.approximateBacklogAge ?? undefined) / 1000,
      });
    }
    return statuses;
  }
}

function secondsSince(iso: string, now: Date): number {
  return Math.max(0, now.getTime() - Date.parse(iso)) / 1000;
}

const REASONS = Object.keys(ATTENTION_REASONS) as AttentionReason[]; // the literal's keys

/** One count after the other, to spare an overloaded server. */
async function each<K extends string>(
  keys: readonly K[],
  count: (key: K) => Promise<number>,
): Promise<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const key of keys) counts[key] = await count(key);
  return counts as Record<K, number>; // every key was counted
}
