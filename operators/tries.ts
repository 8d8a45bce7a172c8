import { tsToMs } from '@temporalio/common/lib/time';
import type { HistoryEvent } from '../client/history/purchase-history';

/** A call that has not succeeded yet. */
export interface PendingTry {
  /** The activity's id. */
  id: string;
  lastFailure: string | null;
  /** ISO 8601, UTC; null while an attempt is under way. */
  nextAttemptAt: string | null;
}

/** What a purchase's history says of its calls to MobiFone and to the channel. */
export interface Tries {
  /** How many calls were ordered. */
  ordered: number;
  /** Which of them, counted from 1, have brought something back: a result, or a failure after which they are tried again. */
  cameBack: readonly number[];
  /** When the next is due by itself, ISO 8601, UTC; null where none is. */
  nextAt: string | null;
}

/** A call, from its order to its end. */
interface Call {
  number: number;
  activityId: string;
}

export function triesOf(events: readonly HistoryEvent[], pending: readonly PendingTry[]): Tries {
  const ofRun = new Map<string, Call>();
  const cameBack = new Set<number>();
  let ordered = 0;
  for (const event of events) {
    if (event.workflowExecutionStartedEventAttributes) ofRun.clear(); // ids begin again with each run
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      ordered += 1;
      ofRun.set(String(event.eventId), { number: ordered, activityId: scheduled.activityId ?? '' });
    }
    const call = ofRun.get(orderOfEnded(event));
    if (call) cameBack.add(call.number);
  }
  const failed = new Set(pending.filter(({ lastFailure }) => lastFailure !== null).map(({ id }) => id));
  for (const { number, activityId } of ofRun.values()) if (failed.has(activityId)) cameBack.add(number);
  const due = [...pending.flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []), ...pausesUntil(events)];
  return { ordered, cameBack: [...cameBack], nextAt: due.sort()[0] ?? null };
}

/** The event that ordered a call which is over; one that was cancelled has brought nothing back. */
function orderOfEnded(event: HistoryEvent): string {
  const ended =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes;
  return ended ? String(ended.scheduledEventId) : '';
}

/** When each pause ends that still runs. */
function pausesUntil(events: readonly HistoryEvent[]): string[] {
  const running = new Map<string, string>();
  for (const event of events) {
    if (event.workflowExecutionStartedEventAttributes) running.clear();
    const started = event.timerStartedEventAttributes;
    if (started) {
      const ends = tsToMs(event.eventTime) + tsToMs(started.startToFireTimeout);
      running.set(started.timerId ?? '', new Date(ends).toISOString());
    }
    const over = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
    if (over) running.delete(over.timerId ?? '');
  }
  return [...running.values()];
}
