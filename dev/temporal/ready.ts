import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { answeringConnection } from '../../client/connection/answering';
import { prepareNamespace } from '../../client/prepare-namespace';
import type { Config } from '../../config';
import { ProgramFailed } from '../supervisor/program';

/** How long a server may take to answer; the embedded one needs about 4 s on two cores. */
const START_TIMEOUT_MS = 60_000;

/**
 * Makes the namespace fit for purchases once the server answers by gRPC, not when some time has passed.
 * @throws ProgramFailed, NamespaceNotReady
 */
export async function prepareWhenReady(
  address: string,
  namespace: string,
  config: Pick<Config, 'TEMPORAL_RETENTION'>,
  stopping?: AbortSignal,
): Promise<void> {
  const connection = await connectWhenUp(address, stopping);
  try {
    await prepareNamespace(connection, namespace, {
      retentionMs: config.TEMPORAL_RETENTION,
      createNamespace: true,
    });
  } finally {
    await connection.close();
  }
}

/** @throws ProgramFailed when it does not answer in time */
export async function connectWhenUp(address: string, stopping?: AbortSignal): Promise<Connection> {
  const until = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    stopping?.throwIfAborted();
    const connection = answeringConnection({ address, connectTimeout: 2_000 });
    try {
      await connection.ensureConnected(); // asks for the system info
      return connection;
    } catch (fault) {
      await connection.close();
      if (performance.now() > until) {
        throw new ProgramFailed(
          `The Temporal server did not answer at ${address} within ${START_TIMEOUT_MS / 1000} s.`,
          { cause: fault },
        );
      }
    }
    await pause(100);
  }
}
