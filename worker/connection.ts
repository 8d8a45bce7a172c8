import { NativeConnection } from '@temporalio/worker';
import { obstacleTo, reached } from '../client/connecting';
import type { TemporalTarget } from '../client/connection';
import { GuardedLine } from '../client/guarded-line';
import { placeOf, proxyToTemporal } from '../client/temporal-address';
import { deadlineIn } from '../runtime/deadline';

/** How long Temporal may take to answer whether it is there, ms. */
export const ANSWER_DEADLINE_MS = 2_000;

/** A worker's connection, and what it goes through. */
export interface WorkerConnection {
  connection: NativeConnection;
  /** Once no worker uses it any more. */
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
    const connection = await reached(target, () => NativeConnection.connect(connectionOptions));
    return { connection, close: () => connection.close() };
  }
  const place = placeOf(connectionOptions.address);
  if (!place) return reached(target, () => Promise.reject(new Error('that is no host:port')));
  const line = await GuardedLine.start({
    ...place,
    proxy: proxyToTemporal(connectionOptions),
    obstacle: () => obstacleTo(target, ANSWER_DEADLINE_MS),
  });
  try {
    const connection = await reached(target, () =>
      NativeConnection.connect({ ...connectionOptions, proxy: line.proxy }),
    );
    line.guard(() =>
      connection.withDeadline(deadlineIn(ANSWER_DEADLINE_MS), () =>
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
