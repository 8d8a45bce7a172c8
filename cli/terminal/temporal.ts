import { Client } from '@temporalio/client';
import { connectClient } from '../../client/connecting';
import { temporalTarget } from '../../client/connection';
import { openEncryption } from '../../client/encryption';
import { loadOperatorConfig, type Config } from '../../config';
import { CommandFault, reasonOf } from './command-fault';

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
  const target = temporalTarget(config);
  const { namespace, embedded } = target;
  const connection = await connectClient(target).catch((fault: unknown) => {
    throw new CommandFault(reasonOf(fault), { cause: fault });
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
