import { createHash } from 'node:crypto';
import { temporal } from '@temporalio/proto';
import type { NoticeId } from '../../domain/identifiers';
import { NOTICE_WORKFLOW } from '../../domain/notice/protocol';
import {
  isStateNotice,
  noticeType,
  type AddressedNotice,
  type NoticeType,
  type RefundNotice,
} from '../../domain/notice/notice';
import type { ReasonCode } from '../../domain/purchase/reasons';
import type { Purchase, PurchaseOrder } from '../../domain/purchase/purchase';
import { evidenceEventIds, isoOf, type HistoryEvent } from './purchase-history';
import { canonicalJson } from '../../runtime/report-signature';
import type { HistoryPayloads } from './history-payloads';
import { actionsOf, type PersonsAction } from './actions';
import { stepsFromCalls, withAttempts, type RecordedStep } from './steps';
import { recordedCalls, type RecordedCall } from './recorded-calls';
import { settledByPeople } from './settled-by-people';
import { statesMadeSearchable, withStateOfLastStep, type StateMove } from './states';

/** What only the history of a purchase contains. */
export interface HistoryFacts {
  reason: ReasonCode | null;
  /** The refund notice that was sent, or was about to be sent, to the channel. */
  refund: RefundNotice | undefined;
  states: readonly StateMove[];
  steps: readonly RecordedStep[];
  actions: readonly PersonsAction[];
  notices: readonly RecordedNotice[];
  history: HistoryDigest;
}

export interface RecordedNotice {
  id: NoticeId;
  type: NoticeType;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Known for refund notices, which the purchase delivers itself; null for state notices. */
  delivered: boolean | null;
}

/** Fingerprint of a history, and the events with MobiFone's answers. */
export interface HistoryDigest {
  events: number;
  /** SHA-256 of the events as canonical JSON, payloads as they are stored. */
  sha256: string;
  activityEventIds: readonly number[];
}

const { History } = temporal.api.history.v1;
const PLAIN = { enums: String, longs: String, bytes: String };

/**
 * Reads a purchase's whole history.
 * @param pendingAttempts attempts of running activities, by activity id
 * @throws the data converter's error if payloads cannot be decrypted
 */
export async function fromHistory(
  order: PurchaseOrder,
  events: readonly HistoryEvent[],
  payloads: HistoryPayloads,
  pendingAttempts: ReadonlyMap<string, number> = new Map(),
): Promise<HistoryFacts> {
  const calls = await recordedCalls(events, payloads, pendingAttempts);
  const result = await resultOf(events, payloads);
  const actions = await actionsOf(events, payloads);
  const searchable = statesTold(result) ?? statesMadeSearchable(order, events);
  const answered = result
    ? withAttempts(order.purchaseId, result.steps, calls)
    : stepsFromCalls(order.purchaseId, calls);
  const states = result ? searchable : withStateOfLastStep(searchable, answered);
  const steps = result ? answered : settledByPeople(answered, states, actions);
  const refund = refundOf(calls);
  return {
    reason: result?.reason ?? refund?.refusal ?? null,
    refund,
    states,
    steps,
    actions,
    notices: [...(await stateNotices(events, payloads)), ...refundNotices(refund, steps)],
    history: digestOf(events),
  };
}

/** The workflow's result; undefined while it runs, or if it was ended from outside. */
async function resultOf(
  events: readonly HistoryEvent[],
  payloads: HistoryPayloads,
): Promise<Purchase | undefined> {
  const completed = events.find((event) => event.workflowExecutionCompletedEventAttributes);
  const stored = completed?.workflowExecutionCompletedEventAttributes?.result?.payloads;
  const [result] = await payloads.ofWorkflow(stored);
  return result as Purchase | undefined; // the purchase workflow's
}

/** Every state, including those that lasted less than a workflow task; undefined for a purchase of an older version. */
function statesTold(result: Partial<Pick<Purchase, 'events'>> | undefined): StateMove[] | undefined {
  return result?.events?.flatMap((event) =>
    event.kind === 'state' ? [{ state: event.state, at: event.at }] : [],
  );
}

function refundOf(calls: readonly RecordedCall[]): RefundNotice | undefined {
  const call = calls.find(({ activity }) => activity === 'noticeRefund');
  return call?.input?.[1] as RefundNotice | undefined; // as the workflow calls it
}

function refundNotices(refund: RefundNotice | undefined, steps: readonly RecordedStep[]): RecordedNotice[] {
  const step = steps.find((candidate) => candidate.step === 'refund_notice');
  if (!refund || !step) return [];
  const { startedAt, status } = step;
  return [{ id: refund.id, type: noticeType(refund), startedAt, delivered: status === 'done' }];
}

/** State notices are child workflows, whose starts are in the purchase's history. */
async function stateNotices(
  events: readonly HistoryEvent[],
  payloads: HistoryPayloads,
): Promise<RecordedNotice[]> {
  const notices: RecordedNotice[] = [];
  for (const event of events) {
    const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (child?.workflowType?.name !== NOTICE_WORKFLOW) continue;
    const [addressed] = await payloads.ofChild(child.workflowId ?? '', child.input?.payloads);
    const { notice } = addressed as AddressedNotice; // as the workflow starts it
    if (!isStateNotice(notice)) continue;
    notices.push({
      id: notice.id,
      type: noticeType(notice),
      startedAt: isoOf(event.eventTime),
      delivered: null,
    });
  }
  return notices;
}

function digestOf(events: readonly HistoryEvent[]): HistoryDigest {
  const plain: unknown = History.toObject(History.create({ events: [...events] }), PLAIN);
  return {
    events: events.length,
    sha256: createHash('sha256').update(canonicalJson(plain)).digest('hex'),
    activityEventIds: evidenceEventIds(events),
  };
}
