import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { ServerClock } from '../runtime/server-clock';
import type { WriteHealth } from '../client/write-health';

/**
 * Reads Temporal's clock from activity tasks: each says when Temporal scheduled it. Later attempts waited for their
 * retry pause, and local activities were scheduled by this process, so neither counts.
 */
export function observeServerTime(clock: ServerClock): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        if (info.attempt === 1 && !info.isLocal) clock.heard(info.scheduledTimestampMs);
        return next(input);
      },
    },
  });
}

/** Takes each activity that begins as proof that Temporal writes: it recorded the start. Local ones prove nothing. */
export function observeWrites(writes: WriteHealth): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        if (!info.isLocal) writes.proven();
        return next(input);
      },
    },
  });
}
