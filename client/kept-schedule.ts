import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type Client,
  type ScheduleDescription,
  type ScheduleHandle,
  type ScheduleOptions,
} from '@temporalio/client';

/** A schedule as it is to be, and how to see that it is. */
export interface WantedSchedule {
  options: Omit<ScheduleOptions, 'scheduleId'>;
  isAsWanted: (there: ScheduleDescription) => boolean;
}

/**
 * Makes a schedule as it is configured: there, changed or gone. May be called by many workers at once, in any order. A
 * schedule that a person paused stays paused.
 * @param wanted nothing where the schedule is to be gone
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
    // One that is as it should be is let be: an update has Temporal forget a run that an outage made it miss.
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
