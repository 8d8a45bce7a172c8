import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { LoadedDataConverter, Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { AttemptResult, CombinedResult } from '../../domain/command-result';
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

const LOCAL_MARKER = 'core_local_activity';

/**
 * The remote calls of a history, in the order of their start.
 * @param pendingAttempts attempts of running activities by activity id; the history records none until one ends
 * @throws the data converter's error if payloads cannot be decrypted
 */
export async function recordedCalls(
  events: readonly HistoryEvent[],
  converter: LoadedDataConverter,
  pendingAttempts: ReadonlyMap<string, number>,
): Promise<RecordedCall[]> {
  const open = new Map<string, RecordedCall>();
  const calls: RecordedCall[] = [];
  const decode = (payloads?: Payload[] | null) => decodeArrayFromPayloads(converter, payloads);
  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const call: RecordedCall = {
        activity: scheduled.activityType?.name ?? '',
        startedAt: isoOf(event.eventTime),
        attempts: pendingAttempts.get(scheduled.activityId ?? '') ?? 0,
        endedAt: null,
        input: await decode(scheduled.input?.payloads),
        result: undefined,
        completed: false,
      };
      open.set(String(event.eventId), call);
      calls.push(call);
      continue;
    }
    const marker = event.markerRecordedEventAttributes;
    if (marker?.markerName === LOCAL_MARKER) {
      calls.push(await localCall(event, marker, decode));
      continue;
    }
    await settle(event, open, decode);
  }
  return calls.flatMap(splitFirstTry);
}

type Decode = (payloads?: Payload[] | null) => Promise<unknown[]>;

async function localCall(
  event: HistoryEvent,
  { details, failure }: temporal.api.history.v1.IMarkerRecordedEventAttributes,
  decode: Decode,
): Promise<RecordedCall> {
  const data = JSON.parse(Buffer.from(details?.['data']?.payloads?.[0]?.data ?? []).toString()) as LocalData; // the SDK core's own, never encoded by ours
  const [result] = await decode(details?.['result']?.payloads);
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
  activity_type: string;
  attempt: number;
}

/** The started event is written when the execution ends, and has the number of the last attempt. */
async function settle(
  event: HistoryEvent,
  open: ReadonlyMap<string, RecordedCall>,
  decode: Decode,
): Promise<void> {
  const started = event.activityTaskStartedEventAttributes;
  if (started) {
    const call = open.get(String(started.scheduledEventId));
    if (call) call.attempts = started.attempt ?? 1;
    return;
  }
  const completed = event.activityTaskCompletedEventAttributes;
  const ended =
    completed ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  const call = ended && open.get(String(ended.scheduledEventId));
  if (!call) return;
  call.endedAt = isoOf(event.eventTime);
  call.completed = Boolean(completed);
  if (completed) [call.result] = await decode(completed.result?.payloads);
}

/**
 * Splits the combined first attempt of registration and charge into two calls. If the attempt was lost or is still
 * running, it is unknown whether the charge was sent: it is shown as a registration only.
 */
function splitFirstTry(call: RecordedCall): RecordedCall[] {
  if (call.activity !== 'registerAndCharge') return [call];
  const tried = call.completed ? (call.result as CombinedResult) : undefined; // as the activity answers
  const registration = { ...call, activity: 'registerPackage', ...cameOf(tried?.registration, call) };
  if (!tried?.charge) return [registration];
  const from = registration.endedAt ?? call.startedAt;
  return [
    registration,
    { ...call, activity: 'chargeSubscriber', startedAt: from, ...cameOf(tried.charge, call) },
  ];
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
