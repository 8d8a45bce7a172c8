import { loadConfig } from '../../../config';
import { allPorts, serverPorts } from '../../../dev/cluster/layout';
import { clusterPlans } from '../../../dev/cluster/plans';
import { serverConfiguration } from '../../../dev/cluster/server-configuration';
import { HISTORY_SHARDS, POSTGRESQL_SETTINGS, SQL_POOLS, COUNTS } from '../../../dev/cluster/settings';

const config = loadConfig({ CLUSTER_PORT: '20000', API_PORT: '21000' });

describe('the cluster', () => {
  it('gives every process ports of its own', () => {
    const ports = allPorts(config).map(({ port }) => port);

    expect(new Set(ports).size).toBe(ports.length);
  });

  it('starts what each part needs before it, and keeps every part running', () => {
    const plans = clusterPlans(config);

    expect(plans.map(({ name }) => name)).toEqual(
      `postgresql temporal temporal-2 failover web-ui codec-server sandbox worker worker-2 worker-3 api api-2`.split(
        ' ',
      ),
    );
    expect(plans.filter(({ isKept }) => !isKept)).toEqual([]);
  });

  it('sends both APIs and all workers to the same gateway, each API on a port of its own', () => {
    const environments = clusterPlans(config)
      .filter(({ name }) => /^(worker|api)/.test(name))
      .map((plan) => plan.environment?.(new Map()));

    expect(new Set(environments.map((each) => each?.['MOBIFONE_BASE_URL']))).toEqual(
      new Set(['http://127.0.0.1:4999']),
    );
    expect(environments.map((each) => each?.['API_PORT']).filter(Boolean)).toEqual(['21000', '21001']);
  });

  it('serves the metrics of each worker and API on a port of its own, where they are wanted', () => {
    const measured = loadConfig({ METRICS_WORKER_PORT: '22000', METRICS_API_PORT: '22100' });
    const of = (setting: string) =>
      clusterPlans(measured)
        .map((plan) => plan.environment?.(new Map())[setting])
        .filter(Boolean);

    expect(of('METRICS_WORKER_PORT')).toEqual(['22000', '22001', '22002']);
    expect(of('METRICS_API_PORT')).toEqual(['22100', '22101']);
  });

  it('has no sandbox where MobiFone itself is configured', () => {
    const outside = loadConfig({
      MOBIFONE_BASE_URL: 'https://gateway.example',
      MOBIFONE_CLIENT_ID: 'agent',
      MOBIFONE_CLIENT_SECRET: 'a secret of sixteen or more',
    });

    expect(clusterPlans(outside).map(({ name }) => name)).not.toContain('sandbox');
  });

  it('lets PostgreSQL take every connection that the servers may open', () => {
    const services = 4;
    const most = COUNTS.servers * services * (SQL_POOLS.default + SQL_POOLS.visibility);

    expect(Number(POSTGRESQL_SETTINGS.max_connections)).toBeGreaterThan(most);
  });
});

describe('the configuration of a Temporal server', () => {
  const of = (server: number) =>
    serverConfiguration({ config, server, password: 'secret', dynamicFile: '/somewhere/dynamic.yaml' });

  it('keeps both stores in PostgreSQL, under our shards and pools', () => {
    expect(of(1)).toMatchObject({
      persistence: {
        numHistoryShards: HISTORY_SHARDS,
        datastores: {
          default: {
            sql: { pluginName: 'postgres12', connectAddr: '127.0.0.1:20000', maxConns: SQL_POOLS.default },
          },
          visibility: { sql: { databaseName: 'temporal_visibility', maxConns: SQL_POOLS.visibility } },
        },
      },
      dynamicConfigClient: { filepath: '/somewhere/dynamic.yaml' },
    });
  });

  it('differs between two servers in their ports alone', () => {
    const { services: first, ...one } = of(1) as { services: object };
    const { services: second, ...other } = of(2) as { services: object };

    expect(one).toEqual(other);
    expect(Object.keys(first)).toEqual(['frontend', 'history', 'matching', 'worker']);
    expect(second).not.toEqual(first);
    expect(second).toMatchObject({
      frontend: { rpc: { grpcPort: serverPorts(config, 2).frontend.rpc, bindOnLocalHost: true } },
    });
  });
});
