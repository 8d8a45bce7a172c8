import type { temporal } from '@temporalio/proto';
import type { AttemptResult, CombinedResult, SaleAttemptResult } from '../../domain/command-result';
import type { HistoryPayloads } from './history-payloads';
import { isLocalCall, withoutForeignCalls } from './own-calls';
import { isoOf, type HistoryEvent } from './purchase-history';

/** One execution of an activity, or one local attempt inside a workflow task, from the history. */
export interface RecordedCall {
  activity: string;
  startedAt: string;
  attempts: number;
  endedAt: string | null;
  /** Its arguments; null for a local attempt, of which the history has none. */
  input: unknown[] | null;
  /** `undefined` while it runs, and if it failed. */
  result: unknown;
  completed: boolean;
}

/**
 * The remote calls of a history, in the order of their start.
 * @param pendingAttempts attempts of running activities by activity id; the history records none until one ends
 * @throws the data converter's error if payloads cannot be decrypted
 */
export async function recordedCalls(
  events: readonly HistoryEvent[],
  payloads: HistoryPayloads,
  pendingAttempts: ReadonlyMap<string, number>,
): Promise<RecordedCall[]> {
  const open = new Map<string, OpenCall>();
  const calls: RecordedCall[] = [];
  for (const event of await withoutForeignCalls(events, payloads)) {
    if (event.workflowExecutionStartedEventAttributes) open.clear(); // ids of events begin again with each run
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const activityId = scheduled.activityId ?? '';
      const call: RecordedCall = {
        activity: scheduled.activityType?.name ?? '',
        startedAt: isoOf(event.eventTime),
        attempts: pendingAttempts.get(activityId) ?? 0,
        endedAt: null,
        input: await payloads.ofActivity(activityId, scheduled.input?.payloads),
        result: undefined,
        completed: false,
      };
      open.set(String(event.eventId), { activityId, call });
      calls.push(call);
      continue;
    }
    const marker = event.markerRecordedEventAttributes;
    if (marker && isLocalCall(event)) {
      calls.push(await localCall(event, marker, payloads));
      continue;
    }
    await settle(event, open, payloads);
  }
  return calls.flatMap(callsOf);
}

interface OpenCall {
  activityId: string;
  call: RecordedCall;
}

async function localCall(
  event: HistoryEvent,
  { details, failure }: temporal.api.history.v1.IMarkerRecordedEventAttributes,
  payloads: HistoryPayloads,
): Promise<RecordedCall> {
  const data = JSON.parse(Buffer.from(details?.['data']?.payloads?.[0]?.data ?? []).toString()) as LocalData; // the SDK core's own, never encoded by ours
  const [result] = await payloads.ofActivity(data.activity_id, details?.['result']?.payloads);
  const at = isoOf(event.eventTime);
  return {
    activity: data.activity_type,
    startedAt: at,
    attempts: data.attempt,
    endedAt: at,
    input: null,
    result,
    completed: !failure,
  };
}

interface LocalData {
  activity_id: string;
  activity_type: string;
  attempt: number;
}

/** The started event is written when the execution ends, and has the number of the last attempt. */
async function settle(
  event: HistoryEvent,
  open: ReadonlyMap<string, OpenCall>,
  payloads: HistoryPayloads,
): Promise<void> {
  const started = event.activityTaskStartedEventAttributes;
  if (started) {
    const begun = open.get(String(started.scheduledEventId));
    if (begun) begun.call.attempts = started.attempt ?? 1;
    return;
  }
  const completed = event.activityTaskCompletedEventAttributes;
  const ended =
    completed ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  const begun = ended && open.get(String(ended.scheduledEventId));
  if (!begun) return;
  const { activityId, call } = begun;
  call.endedAt = isoOf(event.eventTime);
  const told = completed ? await payloads.ofResult(activityId, completed.result?.payloads) : undefined; // null on events of another kind
  call.completed = told !== undefined;
  call.result = told?.result;
}

/**
 * The calls of an activity that makes several. Of an attempt that was lost or still runs it is unknown how far it came:
 * it is shown as its first call only, messages as all of them.
 */
function callsOf(call: RecordedCall): RecordedCall[] {
  const { result, completed, input } = call;
  switch (call.activity) {
    case 'attemptSale': {
      const tried = completed ? (result as SaleAttemptResult) : undefined; // as the activity answers
      return inTurn(call, [
        ['checkSubscriber', tried?.check],
        ['registerPackage', tried?.registration],
        ['chargeSubscriber', tried?.charge],
      ]);
    }
    case 'registerAndCharge': {
      const tried = completed ? (result as CombinedResult) : undefined; // as the activity answers
      return inTurn(call, [
        ['registerPackage', tried?.registration],
        ['chargeSubscriber', tried?.charge],
      ]);
    }
    case 'sendMessages': {
      const [sale, messages] = input as [unknown, readonly unknown[]]; // as the workflow calls it
      const tried: readonly AttemptResult[] = completed && Array.isArray(result) ? result : []; // as the activity answers
      return messages.map((message, place) => ({
        ...call,
        activity: 'sendMessage',
        input: [sale, message],
        ...cameOf(tried[place], call),
      }));
    }
    default:
      return [call];
  }
}

/** Each call began when the one before it was answered; the first is shown whatever came of it. */
function inTurn(
  call: RecordedCall,
  tried: readonly [activity: string, came: AttemptResult | null | undefined][],
): RecordedCall[] {
  let from = call.startedAt;
  const calls: RecordedCall[] = [];
  for (const [activity, came] of tried) {
    if (calls.length > 0 && !came) break;
    const one = { ...call, activity, startedAt: from, ...cameOf(came ?? undefined, call) };
    calls.push(one);
    from = one.endedAt ?? from;
  }
  return calls;
}

/** A call that the attempt left unsettled ended without a result. */
function cameOf(
  came: AttemptResult | undefined,
  { endedAt }: RecordedCall,
): Pick<RecordedCall, 'endedAt' | 'completed' | 'result'> {
  if (came?.kind === 'done' || came?.kind === 'refused') {
    return { endedAt: came.at, completed: true, result: came };
  }
  return { endedAt, completed: false, result: undefined };
}
