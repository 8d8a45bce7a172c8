import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { connectOrExplain, explainUnreachable } from '../client/connection/connect';
import type { TemporalTarget } from '../runtime/configuration/temporal-target';
import { placeOf, proxyToTemporal } from '../client/connection/temporal-address';
import { SEES_SUCCESSES, WriteHealth } from '../client/write-health';
import { writeProbe } from '../client/write-probe';
import { GuardedLine } from './guarded-line';
import { deadlineIn } from '../runtime/deadline';
import type { WorkerTemporal } from './reconciliation';

/** How long Temporal may take to answer a health check. */
export const ANSWER_TIMEOUT_MS = 2_000;

/** A worker's connection, with the proxy that it goes through. */
export interface WorkerConnection {
  connection: NativeConnection;
  /** To be called once no worker uses it. */
  close(): Promise<void>;
}

/**
 * Connects a worker by a line that lets no network hold it. The embedded server is on this machine, with no network in
 * between, and is spared the line's cost (docs/decisions/0027-readiness-follows-writes.md).
 * @throws TemporalUnreachable
 */
export async function connectWorker(target: TemporalTarget): Promise<WorkerConnection> {
  const { connectionOptions, embedded } = target;
  if (embedded) {
    const connection = await connectOrExplain(target, () => NativeConnection.connect(connectionOptions));
    return { connection, close: () => connection.close() };
  }
  const place = placeOf(connectionOptions.address);
  if (!place)
    return connectOrExplain(target, () => Promise.reject(new Error('the address is not host:port')));
  const line = await GuardedLine.start({
    ...place,
    proxy: proxyToTemporal(connectionOptions),
    obstacle: () => explainUnreachable(target, ANSWER_TIMEOUT_MS),
  });
  try {
    const connection = await connectOrExplain(target, () =>
      NativeConnection.connect({ ...connectionOptions, proxy: line.proxy }),
    );
    line.guard(() =>
      connection.withDeadline(deadlineIn(ANSWER_TIMEOUT_MS), () =>
        connection.workflowService.getSystemInfo({}),
      ),
    );
    return {
      connection,
      async close() {
        await connection.close();
        await line.close();
      },
    };
  } catch (fault) {
    await line.close();
    throw fault;
  }
}

/** Whether Temporal accepts a worker's writes. The SDK's core makes them and does not report those that fail. */
export function workerWrites(temporal: WorkerTemporal): WriteHealth {
  const client = new Client(temporal);
  return new WriteHealth({ write: () => writeProbe(client) }, SEES_SUCCESSES);
}
