import { createHash } from 'node:crypto';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { LoadedDataConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { stateNoticeId, type NoticeId } from '../../domain/identifiers';
import { NOTICE_WORKFLOW } from '../../domain/notice/protocol';
import {
  isStateNotice,
  noticeType,
  type AddressedNotice,
  type RefundNotice,
} from '../../domain/notice/notice';
import type { Purchase, PurchaseOrder } from '../../domain/purchase/purchase';
import { evidenceEventIds } from './evidence-events';
import { canonicalJson } from '../../runtime/signature';
import { actionsOf } from './actions';
import type { ArchivedNotice, ArchivedStep, HistoryDigest, ReadablePurchase } from './archived-purchase';
import { stepsFromCalls, withAttempts } from './steps';
import { isoOf } from './event-time';
import { recordedCalls, type RecordedCall } from './recorded-calls';
import { settledByPeople } from './settled-by-people';
import { statesMadeSearchable, withStateOfLastStep, type StateMove } from './states';
import { splitFirstTry } from './split-first-try';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What only the history tells of a purchase. */
export type FromHistory = Pick<
  ReadablePurchase,
  'states' | 'steps' | 'actions' | 'notices' | 'history' | 'reason'
> & {
  /** The refund notice as the channel was, or was about to be, told of it. */
  refund: RefundNotice | undefined;
};

const { History } = temporal.api.history.v1;
const PLAIN = { enums: String, longs: String, bytes: String };

/**
 * Reads a purchase's whole history.
 * @param pendingAttempts of activities that are open, by their id
 * @throws whatever the data converter throws for payloads that it cannot read
 */
export async function fromHistory(
  order: PurchaseOrder,
  events: readonly HistoryEvent[],
  converter: LoadedDataConverter,
  pendingAttempts: ReadonlyMap<string, number> = new Map(),
): Promise<FromHistory> {
  const calls = (await recordedCalls(events, converter, pendingAttempts)).flatMap(splitFirstTry);
  const result = await resultOf(events, converter);
  const actions = await actionsOf(events, converter);
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
    notices: [...(await stateNotices(events, converter)), ...refundNotices(refund, steps)],
    history: digestOf(events),
  };
}

/** What the workflow came back with; nothing while it runs or when it was cut off. */
async function resultOf(
  events: readonly HistoryEvent[],
  converter: LoadedDataConverter,
): Promise<Purchase | undefined> {
  const completed = events.find((event) => event.workflowExecutionCompletedEventAttributes);
  const payloads = completed?.workflowExecutionCompletedEventAttributes?.result?.payloads;
  const [result] = await decodeArrayFromPayloads(converter, payloads);
  return result as Purchase | undefined; // the purchase workflow's
}

/** Every state, those that passed within a workflow task too; a purchase that an older worker ended tells none. */
function statesTold(result: Partial<Pick<Purchase, 'events'>> | undefined): StateMove[] | undefined {
  return result?.events?.flatMap((event) =>
    event.kind === 'state' ? [{ state: event.state, at: event.at }] : [],
  );
}

function refundOf(calls: readonly RecordedCall[]): RefundNotice | undefined {
  const call = calls.find(({ activity }) => activity === 'noticeRefund');
  return call?.input?.[1] as RefundNotice | undefined; // as the workflow calls it
}

function refundNotices(refund: RefundNotice | undefined, steps: readonly ArchivedStep[]): ArchivedNotice[] {
  const step = steps.find((candidate) => candidate.step === 'refund_notice');
  if (!refund || !step) return [];
  const { startedAt, status } = step;
  return [{ id: refund.id, type: noticeType(refund), startedAt, delivered: status === 'done' }];
}

/** Notices of states are workflows of their own, whose starts are in the purchase's history. */
async function stateNotices(
  events: readonly HistoryEvent[],
  converter: LoadedDataConverter,
): Promise<ArchivedNotice[]> {
  const notices: ArchivedNotice[] = [];
  for (const event of events) {
    const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (child?.workflowType?.name !== NOTICE_WORKFLOW) continue;
    const [addressed] = await decodeArrayFromPayloads(converter, child.input?.payloads);
    const { notice } = addressed as AddressedNotice; // as the workflow starts it
    if (!isStateNotice(notice)) continue;
    const id: NoticeId = stateNoticeId(notice.purchaseId, notice.sequence);
    notices.push({ id, type: noticeType(notice), startedAt: isoOf(event.eventTime), delivered: null });
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
