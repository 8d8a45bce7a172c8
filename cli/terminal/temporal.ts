import { Client, type Connection } from '@temporalio/client';
import { connectClient } from '../../client/connection/connect';
import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { openEncryption } from '../../client/encryption';
import { loadOperatorConfig, type Config } from '../../config';

/** What a verb works with. */
export interface Temporal {
  client: Client;
  config: Config;
  /** Base URL of the Web UI, for links; null when it is not known. */
  webUiUrl: string | null;
}

/**
 * Connects to the configured Temporal server, with the key ring that decrypts payloads, and closes the connection.
 * @throws TemporalUnreachable
 */
export async function withTemporal<T>(work: (temporal: Temporal) => Promise<T>): Promise<T> {
  const config = loadOperatorConfig();
  return withConnection(config, (connection, namespace) => {
    const { dataConverter } = openEncryption(config);
    const client = new Client({ connection, namespace, dataConverter });
    return work({ client, config, webUiUrl: webUiBase(config) });
  });
}

/**
 * The same for a verb that reads no payload, and so needs no key ring.
 * @throws TemporalUnreachable
 */
export async function withConnection<T>(
  config: Config,
  work: (connection: Connection, namespace: string) => Promise<T>,
): Promise<T> {
  const target = temporalTarget(config);
  const connection = await connectClient(target);
  try {
    return await work(connection, target.namespace);
  } finally {
    await connection.close();
  }
}

/** Base URL of the Web UI of the configured server; null when it is not known. */
export function webUiBase(config: Config): string | null {
  const { embedded } = temporalTarget(config);
  return embedded ? `http://127.0.0.1:${config.TEMPORAL_UI_PORT}` : (config.TEMPORAL_UI_URL ?? null);
}
