import { Client, Connection } from '@temporalio/client';
import { temporalTarget } from '../../client/connection';
import { openEncryption } from '../../client/encryption';
import { loadOperatorConfig, type Config } from '../../config';
import { CommandFault, reasonOf } from '../terminal/command-fault';

/** How long to try to reach Temporal, ms. */
const CONNECT_TIMEOUT = 10_000;

/** What a subcommand works with. */
export interface Temporal {
  client: Client;
  config: Config;
  /** Base of the Web UI for links, null when none is known. */
  webUiUrl: string | null;
}

/**
 * Does work with a connection to the Temporal server that is configured, and closes it.
 * @throws CommandFault when the server cannot be reached
 */
export async function withTemporal<T>(work: (temporal: Temporal) => Promise<T>): Promise<T> {
  const config = loadOperatorConfig();
  const { connectionOptions, namespace, embedded } = temporalTarget(config);
  const connection = await Connection.connect({
    ...connectionOptions,
    connectTimeout: CONNECT_TIMEOUT,
  }).catch((fault: unknown) => {
    throw new CommandFault(
      `Temporal cannot be reached at ${connectionOptions.address}: ${reasonOf(fault)}. Start it by \`npm start\`, or check TEMPORAL_ADDRESS.`,
      { cause: fault },
    );
  });
  try {
    const webUiUrl = embedded
      ? `http://127.0.0.1:${config.TEMPORAL_UI_PORT}`
      : (config.TEMPORAL_UI_URL ?? null);
    const { dataConverter } = openEncryption(config);
    return await work({ client: new Client({ connection, namespace, dataConverter }), config, webUiUrl });
  } finally {
    await connection.close();
  }
}
