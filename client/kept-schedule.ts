import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type Client,
  type ScheduleDescription,
  type ScheduleHandle,
  type ScheduleOptions,
} from '@temporalio/client';

/** The wanted schedule, and a comparison with the existing one. */
export interface WantedSchedule {
  options: Omit<ScheduleOptions, 'scheduleId'>;
  isAsWanted: (there: ScheduleDescription) => boolean;
}

/**
 * Creates, updates or deletes a schedule as configured. May be called by many workers at once, in any order. A schedule
 * that a person paused stays paused.
 * @param wanted undefined to delete the schedule
 */
export async function keepSchedule(
  client: Client,
  scheduleId: string,
  wanted: WantedSchedule | undefined,
): Promise<void> {
  const handle = client.schedule.getHandle(scheduleId);
  if (!wanted) return remove(handle);
  const { options, isAsWanted } = wanted;
  try {
    await client.schedule.create({ scheduleId, ...options });
  } catch (fault) {
    if (!(fault instanceof ScheduleAlreadyRunning)) throw fault;
    // An update makes Temporal forget a run that an outage made it miss, so an unchanged schedule is not updated.
    if (isAsWanted(await handle.describe())) return;
    await handle.update(({ state }) => ({ ...options, state }));
  }
}

async function remove(handle: ScheduleHandle): Promise<void> {
  try {
    await handle.delete();
  } catch (fault) {
    if (!(fault instanceof ScheduleNotFoundError)) throw fault;
  }
}
