import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Config } from '../../config';
import { makeFolder } from '../../runtime/folder';
import { replaceFile } from '../../runtime/whole-file';
import { clusterFolders } from './layout';
import { NoPostgresql, type Unprivileged } from './postgresql-programs';
import { DATABASE_USER } from './settings';

const OTHERS_MAY_ENTER = 0o001;
const MAY_PASS = 0o711;

/**
 * Makes the database's folder unless it exists: owned by the user that PostgreSQL runs as, accessible by password only.
 * @returns the password of its one user
 * @throws NoPostgresql when it cannot be made; the message says why
 */
export async function prepareDatabaseFolder(
  config: Pick<Config, 'DATA_DIR'>,
  programs: string,
  owner: Unprivileged | undefined,
): Promise<string> {
  const { all, database, password } = clusterFolders(config);
  const parent = dirname(database);
  await makeFolder(all);
  // PostgreSQL's user passes through, and sees nothing; the secrets in them have modes of their own
  if (owner) for (const way of [config.DATA_DIR, all]) await chmod(way, MAY_PASS);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  if (owner) await chown(parent, owner.uid, owner.gid);
  refuseClosedFolders(parent, owner);
  if (existsSync(join(database, 'PG_VERSION'))) return databasePassword(config);
  await rm(database, { recursive: true, force: true }); // what an interrupted start left
  const secret = randomBytes(18).toString('base64url');
  await replaceFile(password, `${secret}\n`);
  if (owner) await chown(password, owner.uid, owner.gid);
  await initialise(join(programs, 'initdb'), database, password, owner);
  return secret;
}

/** @throws the system's error when the cluster was never started with this data folder */
export async function databasePassword(config: Pick<Config, 'DATA_DIR'>): Promise<string> {
  return (await readFile(clusterFolders(config).password, 'utf8')).trim();
}

/**
 * The folders above that another user may not pass through.
 * @param owner undefined where PostgreSQL runs as our own user
 */
export function closedFolders(folder: string, owner: Unprivileged | undefined): string[] {
  const closed: string[] = [];
  if (!owner) return closed;
  for (let above = dirname(folder); ; above = dirname(above)) {
    const there = statSync(above, { throwIfNoEntry: false });
    if (there && there.uid !== owner.uid && (there.mode & OTHERS_MAY_ENTER) === 0) closed.push(above);
    if (above === dirname(above)) return closed;
  }
}

function refuseClosedFolders(folder: string, owner: Unprivileged | undefined): void {
  const closed = closedFolders(folder, owner);
  if (closed.length === 0) return;
  throw new NoPostgresql(
    `PostgreSQL runs as ${owner?.name ?? 'another user'}, who may not enter ${closed.join(', ')}: set DATA_DIR to a folder elsewhere, or open the way (chmod o+x).`,
  );
}

async function initialise(
  initdb: string,
  database: string,
  passwordFile: string,
  owner: Unprivileged | undefined,
): Promise<void> {
  const how = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C'];
  const child = spawn(initdb, [`--pgdata=${database}`, `--username=${DATABASE_USER}`, ...how], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: dirname(database),
    ...(owner ? { uid: owner.uid, gid: owner.gid } : {}),
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  const [code] = (await once(child, 'close')) as [number | null]; // as Node documents it
  if (code !== 0) throw new NoPostgresql(`initdb could not make ${database}: ${words.trim().slice(-600)}`);
}
