import type { temporal } from '@temporalio/proto';

/** The events of a history that tell what MobiFone and the channel were asked, and what they answered. */
export function evidenceEventIds(events: readonly temporal.api.history.v1.IHistoryEvent[]): number[] {
  return events
    .filter(
      (event) => event.activityTaskScheduledEventAttributes ?? event.activityTaskCompletedEventAttributes,
    )
    .map(({ eventId }) => Number(eventId));
}
