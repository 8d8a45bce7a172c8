import { connectClient } from '../../client/connection/connect';
import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { prepareNamespace } from '../../client/prepare-namespace';
import { loadConfig } from '../../config';
import { type Part, reportProgress, runPart } from '../../runtime/process';
import { startTemporalServer } from './server';

/** `npm run temporal`: the embedded server; where an outside one is configured, only its namespace is prepared. */
runPart(async (stopping) => {
  const config = loadConfig();
  const target = temporalTarget(config);
  return target.embedded ? embedded(config, target.namespace, stopping) : outside(target);
});

async function embedded(
  config: ReturnType<typeof loadConfig>,
  namespace: string,
  stopping: AbortSignal,
): Promise<Part> {
  const server = await startTemporalServer(config, namespace, reportProgress, stopping);
  reportProgress(`Temporal at ${server.address}, Web UI at http://127.0.0.1:${server.uiPort}`);
  return {
    stop: () => server.stop(),
    failed: server.failed,
    details: { port: server.port, uiPort: server.uiPort, pid: server.pid },
  };
}

async function outside(target: ReturnType<typeof temporalTarget>): Promise<Part> {
  const { address } = target.connectionOptions;
  const connection = await connectClient(target);
  try {
    await prepareNamespace(connection, target.namespace, { retentionMs: 0, createNamespace: false });
  } finally {
    await connection.close();
  }
  reportProgress(`Namespace "${target.namespace}" at ${address} is ready for purchases.`);
  return { stop: () => Promise.resolve() };
}
