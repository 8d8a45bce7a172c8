import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { ServerClock } from '../runtime/server-clock';

/**
 * Shows a worker Temporal's clock by the activities that it is given: each says when Temporal scheduled it. A later
 * attempt waited for its pause besides, and a local one was scheduled by this process.
 */
export function hearOfTime(clock: ServerClock): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute: (input, next) => {
        if (info.attempt === 1 && !info.isLocal) clock.heard(info.scheduledTimestampMs);
        return next(input);
      },
    },
  });
}
