import { Client } from '@temporalio/client';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { SEES_SUCCESSES, WriteHealth } from '../client/write-health';
import { writeProbe } from '../client/write-probe';
import type { WorkerTemporal } from './reconciliation';

/** Whether Temporal takes a worker's writes. The SDK's core makes them and tells nothing of those that fail. */
export function workerWrites(temporal: WorkerTemporal): WriteHealth {
  const client = new Client(temporal);
  return new WriteHealth({ write: () => writeProbe(client) }, SEES_SUCCESSES);
}

/** An activity that begins was written as begun; a local one was not. */
export function seeingWrites(writes: WriteHealth): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        if (!info.isLocal) writes.proven();
        return next(input);
      },
    },
  });
}
