import type { Config } from '../../config';
import { databasePort, HOST, serverPorts, SERVICES } from './layout';
import { DATABASE_USER, DATABASES, HISTORY_SHARDS, SQL_POOLS } from './settings';

/** The level of the log line that says that a server is complete. */
const SERVER_LOG_LEVEL = 'info';
/**
 * Logged when the last of the four services is up. The frontend answers before that, while the server still gives up and
 * ends when it cannot reach the others, as while PostgreSQL is down.
 */
export const SERVER_IS_WHOLE = 'worker service started';

/** What the configuration of one server depends on, beyond the settings that all share. */
export interface ServerSurroundings {
  config: Pick<Config, 'CLUSTER_PORT' | 'API_PORT'>;
  /** From 1. */
  server: number;
  password: string;
  /** Full path of the dynamic configuration. */
  dynamicFile: string;
}

/** The configuration of one Temporal server: all four services in one process, on loopback, over PostgreSQL. */
export function serverConfiguration({ config, server, password, dynamicFile }: ServerSurroundings): object {
  const ports = serverPorts(config, server);
  const store = (kind: keyof typeof DATABASES) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName: DATABASES[kind].name,
      connectAddr: `${HOST}:${databasePort(config)}`,
      connectProtocol: 'tcp',
      user: DATABASE_USER,
      password,
      maxConns: SQL_POOLS[kind],
      maxIdleConns: SQL_POOLS[kind],
      maxConnLifetime: '1h',
    },
  });
  return {
    log: { stdout: true, level: SERVER_LOG_LEVEL },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      datastores: { default: store('default'), visibility: store('visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: HOST } },
    services: Object.fromEntries(
      SERVICES.map((service) => [
        service,
        {
          rpc: {
            grpcPort: ports[service].rpc,
            membershipPort: ports[service].membership,
            bindOnLocalHost: true,
          },
        },
      ]),
    ),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          // kept in the database at the first start, so the same for every server
          rpcAddress: `${HOST}:${serverPorts(config, 1).frontend.rpc}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicFile, pollInterval: '10s' },
  };
}
