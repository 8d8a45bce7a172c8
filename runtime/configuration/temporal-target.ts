import { loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { temporalAccessFaults } from './temporal-settings';
import { TEMPORAL_SECRET_VARIABLES, withSecretsFromFiles } from './secret-files';

/** The settings that say where Temporal is, unless Temporal's own variables do. */
export interface ConnectionConfig {
  /** Port of the embedded server on loopback. */
  TEMPORAL_PORT: number;
}

/** Address, credentials and namespace of Temporal. */
export interface TemporalTarget {
  /** Whether it is the embedded server, which we start ourselves. */
  embedded: boolean;
  /** For `Connection.connect` of a client and for `NativeConnection.connect` of a worker alike. */
  connectionOptions: Pick<ConnectionOptions, 'tls' | 'metadata'> & { address: string; apiKey?: string };
  namespace: string;
}

/** Temporal's own settings contradict each other or cannot be read. */
export class TemporalSettingsError extends Error {
  override readonly name = 'TemporalSettingsError';
}

/**
 * Reads Temporal's own settings with `@temporalio/envconfig`: the `TEMPORAL_*` variables, and a profile of the
 * configuration file only if `TEMPORAL_PROFILE` or `TEMPORAL_CONFIG_FILE` is set, so that a file in the home folder for
 * other work never redirects purchases. If they give an address, it is an outside server.
 * @throws TemporalSettingsError when they cannot be used
 */
export function temporalTarget(
  config: ConnectionConfig,
  environment: NodeJS.ProcessEnv = process.env,
): TemporalTarget {
  const secrets = withSecretsFromFiles(environment, TEMPORAL_SECRET_VARIABLES);
  if (secrets.faults.length > 0) throw new TemporalSettingsError(secrets.faults.join('\n'));
  const given = Object.fromEntries(
    Object.entries(secrets.environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  const profileAsked = Boolean(given['TEMPORAL_PROFILE'] ?? given['TEMPORAL_CONFIG_FILE']);
  const { connectionOptions, namespace = 'default' } = readSettings(given, profileAsked);
  const { address, apiKey, tls, metadata } = connectionOptions;
  if (address) {
    const access = { ...(tls === undefined ? {} : { tls }), ...(metadata === undefined ? {} : { metadata }) };
    return {
      embedded: false,
      connectionOptions: { address, ...access, ...(typeof apiKey === 'string' ? { apiKey } : {}) },
      namespace,
    };
  }
  if (profileAsked || connectionOptions.apiKey !== undefined) {
    throw new TemporalSettingsError(
      'Temporal’s settings (profile or API key) name no server: set TEMPORAL_ADDRESS, or `address` in the profile.',
    );
  }
  return { embedded: true, connectionOptions: { address: `127.0.0.1:${config.TEMPORAL_PORT}` }, namespace };
}

function readSettings(
  environment: Record<string, string>,
  fileAsked: boolean,
): ReturnType<typeof toClientOptions> {
  const profile = withReason(() =>
    loadClientConfigProfile({ overrideEnvVars: environment, disableFile: !fileAsked }),
  );
  if ((profile.tls?.clientCert === undefined) !== (profile.tls?.clientKey === undefined)) {
    throw new TemporalSettingsError(
      'Temporal’s settings name a client certificate without its key, or a key without its certificate: give both.',
    );
  }
  const settings = withReason(() => toClientOptions(profile)); // reads the files
  const faults = temporalAccessFaults(profile, settings.connectionOptions.tls);
  if (faults.length > 0) throw new TemporalSettingsError(`Temporal’s settings: ${faults.join('; ')}.`);
  return settings;
}

function withReason<T>(read: () => T): T {
  try {
    return read();
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new TemporalSettingsError(`Temporal’s settings cannot be used: ${reason}`, { cause: fault });
  }
}
