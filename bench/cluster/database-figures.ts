import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Config } from '../../config';
import { databasePassword } from '../../dev/cluster/database-folder';
import { databasePort, HOST } from '../../dev/cluster/layout';
import { DATABASE_USER, DATABASES } from '../../dev/cluster/settings';

/** What PostgreSQL has done so far, in all. */
export interface DatabaseFigures {
  /** Of both databases on disk, indexes included. */
  storedBytes: number;
  walBytes: number;
  /** How often the log was flushed to disk: what a disk's writes a second are needed for. */
  walSyncs: number;
  commits: number;
}

const QUERY = `
  select sum(pg_database_size(datname))::bigint,
         (select wal_bytes::bigint from pg_stat_wal),
         (select wal_sync from pg_stat_wal),
         (select sum(xact_commit)::bigint from pg_stat_database)
  from pg_database where datname in (${Object.values(DATABASES)
    .map(({ name }) => `'${name}'`)
    .join(', ')})`;

/**
 * Reads the figures by `psql`.
 * @throws the system's error when it is not on the PATH
 */
export async function databaseFigures(
  config: Pick<Config, 'DATA_DIR' | 'CLUSTER_PORT' | 'API_PORT'>,
): Promise<DatabaseFigures> {
  const where = [
    '-h',
    HOST,
    '-p',
    `${databasePort(config)}`,
    '-U',
    DATABASE_USER,
    '-d',
    DATABASES.default.name,
  ];
  const { stdout } = await promisify(execFile)('psql', [...where, '-At', '-F', ' ', '-c', QUERY], {
    env: { ...process.env, PGPASSWORD: await databasePassword(config) },
  });
  const [storedBytes = NaN, walBytes = NaN, walSyncs = NaN, commits = NaN] = stdout
    .trim()
    .split(' ')
    .map(Number);
  return { storedBytes, walBytes, walSyncs, commits };
}
