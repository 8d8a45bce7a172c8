/**
 * How the cluster is set, in one place: `npm run cluster` runs by it, and docker-compose.temporal.yml is held to it by
 * a test.
 */

/** Temporal's server, schema tool and Web UI are built from exactly these modules; the hash is Go's own of the source. */
export const MODULES = {
  server: {
    path: 'go.temporal.io/server',
    version: 'v1.32.0',
    hash: 'h1:JQoqsVREaGc8vcuDNfuRlySiV3tVi81XUOVC9LeL/1Y=',
  },
  ui: {
    path: 'github.com/temporalio/ui-server/v2',
    version: 'v2.54.1',
    hash: 'h1:V45S+OatX/PbOz5TAtd+T94hm4tfGHc1j5dZAHo+Ouw=',
  },
} as const;

/** The Go that `go.mod` of the server asks for. */
export const GO_VERSION = '1.26.8';

/** How many of each run; the compose file has as many services or replicas. */
export const COUNTS = { servers: 2, workers: 3, apis: 2 } as const;

/**
 * Fixed for the life of the database. Each shard is one sequence of writes: more of them let more purchases be written
 * at once and spread over more servers. docs/sizing.md says which number suits which day.
 */
export const HISTORY_SHARDS = 8;

/** The databases by what Temporal keeps in them, and the folder of its schema that makes each. */
export const DATABASES = {
  default: { name: 'temporal', schema: 'temporal' },
  visibility: { name: 'temporal_visibility', schema: 'visibility' },
} as const;
export const DATABASE_USER = 'temporal';

/** Connections that one service of one server keeps to each database; a server runs four services. */
export const SQL_POOLS = { default: 20, visibility: 10 } as const;

/** As `postgres -c name=value`; all else is PostgreSQL's default, every commit flushed to disk among it. */
export const POSTGRESQL_SETTINGS = {
  // two servers x four services x both pools, and a few for people
  max_connections: '300',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  synchronous_commit: 'on',
} as const;

/** No URL can hold this as its host: what answers under it alone is closed to every web page, wherever names lead. */
export const CLOSED_TO_BROWSERS = '<nobody>';

/** Temporal's own settings that may change while it runs. */
export const DYNAMIC_SETTINGS = {
  // priority is on by default, fairness among channels is not
  'matching.enableFairness': true,
  // 4 unless set, each with turns of its own: who goes next would be left to chance
  'matching.numTaskqueueWritePartitions': 1,
  // 10 unless set: searches and counts of all that we look at, readiness and lists among them
  'frontend.namespaceRPS.visibility': 100,
  // 20 unless set: with few shards that alone puts 50 ms between two steps of a purchase
  'history.transferProcessorMaxPollRPS': 5000,
  // 60s and 10s unless set: a task handed to the poll of a dead connection waits until somebody times out
  'frontend.keepAliveTime': '10s',
  'frontend.keepAliveTimeout': '5s',
  // where the frontend has an HTTP API, it checks no origin: no browser can send this name
  'frontend.httpAllowedHosts': [CLOSED_TO_BROWSERS],
} as const;

/** Temporal's dynamic configuration file: each setting with one value for everybody. */
export function dynamicConfiguration(): Record<string, { value: unknown }[]> {
  return Object.fromEntries(Object.entries(DYNAMIC_SETTINGS).map(([name, value]) => [name, [{ value }]]));
}
