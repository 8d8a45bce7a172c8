import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { prepareNamespace } from '../../client/search-attributes';
import type { Config } from '../../config';

/** A server of ours did not come up, or died; the message carries its last words. */
export class TemporalServerFailed extends Error {
  override readonly name = 'TemporalServerFailed';
}

/** How long a server may take to answer, ms; the embedded one answers in about 4 s on two cores. */
const START_LIMIT = 60_000;

/**
 * Makes the namespace fit for purchases once the server answers by gRPC, not when some time has passed.
 * @throws TemporalServerFailed, NamespaceNotReady
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

/** @throws TemporalServerFailed when it does not answer in time */
export async function connectWhenUp(address: string, stopping?: AbortSignal): Promise<Connection> {
  const until = performance.now() + START_LIMIT;
  for (;;) {
    stopping?.throwIfAborted();
    try {
      return await Connection.connect({
        address,
        connectTimeout: 2_000,
        channelArgs: { 'grpc.enable_http_proxy': 0 },
      }); // asks for the system info
    } catch (fault) {
      if (performance.now() > until) {
        throw new TemporalServerFailed(
          `The Temporal server did not answer at ${address} within ${START_LIMIT / 1000} s.`,
          { cause: fault },
        );
      }
    }
    await pause(100);
  }
}
