import { join, resolve } from 'node:path';
import type { Config } from '../../config';
import { COUNTS } from './settings';

export const HOST = '127.0.0.1';

/** A server of the cluster runs these four, each on a port of its own for calls and another for finding the others. */
export const SERVICES = ['frontend', 'history', 'matching', 'worker'] as const;
export type Service = (typeof SERVICES)[number];

type PortConfig = Pick<Config, 'CLUSTER_PORT' | 'API_PORT'>;

/** How many ports from CLUSTER_PORT on the cluster takes. */
export const PORTS_TAKEN = 1 + COUNTS.servers * SERVICES.length * 2;

export const databasePort = (config: PortConfig): number => config.CLUSTER_PORT;

/**
 * Ports of one server.
 * @param server from 1
 */
export function serverPorts(
  config: PortConfig,
  server: number,
): Record<Service, { rpc: number; membership: number }> {
  const first = config.CLUSTER_PORT + 1 + (server - 1) * SERVICES.length * 2;
  const ports = (at: number) => ({ rpc: first + at, membership: first + SERVICES.length + at });
  return { frontend: ports(0), history: ports(1), matching: ports(2), worker: ports(3) };
}

/** Addresses of all frontends, which the failover is in front of. */
export function frontends(config: PortConfig): { host: string; port: number }[] {
  return numbered(COUNTS.servers).map((server) => ({
    host: HOST,
    port: serverPorts(config, server).frontend.rpc,
  }));
}

/** The ports of the APIs, from API_PORT on. */
export function apiPorts(config: PortConfig): number[] {
  return numbered(COUNTS.apis).map((api) => config.API_PORT + api - 1);
}

/** Every port, with the setting that moves it. */
export function allPorts(
  config: PortConfig &
    Pick<Config, 'TEMPORAL_PORT' | 'TEMPORAL_UI_PORT' | 'SANDBOX_PORT' | 'ENCRYPTION' | 'CODEC_SERVER_PORT'>,
): { port: number; setting: keyof Config }[] {
  return [
    ...numbered(PORTS_TAKEN).map((at) => ({
      port: config.CLUSTER_PORT + at - 1,
      setting: 'CLUSTER_PORT' as const,
    })),
    { port: config.TEMPORAL_PORT, setting: 'TEMPORAL_PORT' },
    { port: config.TEMPORAL_UI_PORT, setting: 'TEMPORAL_UI_PORT' },
    { port: config.SANDBOX_PORT, setting: 'SANDBOX_PORT' },
    ...(config.ENCRYPTION ? [{ port: config.CODEC_SERVER_PORT, setting: 'CODEC_SERVER_PORT' as const }] : []),
    ...apiPorts(config).map((port) => ({ port, setting: 'API_PORT' as const })),
  ];
}

/** Where the cluster keeps its data and its configuration, below DATA_DIR. */
export function clusterFolders(config: Pick<Config, 'DATA_DIR'>): {
  all: string;
  /** Owned by the user that PostgreSQL runs as. */
  database: string;
  password: string;
} {
  const all = resolve(config.DATA_DIR, 'cluster');
  return { all, database: join(all, 'postgresql', 'data'), password: join(all, 'postgresql', 'password') };
}

/** The running cluster's process ids by part, to kill or measure one. */
export const processesFile = (config: Pick<Config, 'DATA_DIR'>): string =>
  join(clusterFolders(config).all, 'processes.json');

export const numbered = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
