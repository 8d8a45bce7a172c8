import type { Config } from '../../config';
import { run } from '../temporal/command';
import { PortTaken } from '../../runtime/listening';
import { freePort } from '../temporal/free-port';
import { closedFolders } from './database-folder';
import { allPorts, clusterFolders, HOST } from './layout';
import { postgresqlFolder, unprivilegedUser } from './postgresql-programs';
import { GO_VERSION, MODULES } from './settings';
import { builtPrograms, GO_ADVICE, programsFolder } from './temporal-programs';

/** One thing that the cluster needs. */
export interface Finding {
  title: string;
  isThere: boolean;
  /** What was found; where nothing was, how to get it. */
  words: string;
}

/** What of the machine the cluster needs, each found or with the way to get it; starts and changes nothing. */
export async function examine(config: Config): Promise<Finding[]> {
  return [
    system(process.platform),
    attempt('PostgreSQL', () => postgresqlFolder()),
    attempt('who PostgreSQL runs as', () => unprivilegedUser()?.name ?? 'you'),
    dataFolder(config),
    await temporal(config),
    ...(await ports(config)),
  ];
}

function system(platform: NodeJS.Platform): Finding {
  const isThere = platform !== 'win32';
  const words = isThere ? platform : 'Windows cannot run it: use WSL, or docker-compose.temporal.yml';
  return { title: 'system', isThere, words };
}

function attempt(title: string, find: () => string): Finding {
  try {
    return { title, isThere: true, words: find() };
  } catch (fault) {
    return { title, isThere: false, words: fault instanceof Error ? fault.message : String(fault) };
  }
}

function dataFolder(config: Config): Finding {
  return attempt('data folder', () => {
    const { all, database } = clusterFolders(config);
    const closed = closedFolders(database, unprivilegedUser());
    if (closed.length === 0) return all;
    throw new Error(
      `${closed.join(', ')} may not be entered by whom PostgreSQL runs as: set DATA_DIR to a folder elsewhere, or open the way (chmod o+x)`,
    );
  });
}

async function temporal(config: Config): Promise<Finding> {
  const title = `Temporal ${MODULES.server.version} and its Web UI`;
  const built = attempt(title, () => (builtPrograms(config) ? programsFolder(config) : ''));
  if (built.words !== '') return built;
  if (!config.TEMPORAL_DOWNLOAD) {
    return { title, isThere: false, words: 'not built yet, and TEMPORAL_DOWNLOAD=false forbids to' };
  }
  const found = await run('go', ['env', 'GOVERSION', 'GOTOOLCHAIN']).catch(() => undefined);
  if (found === undefined) return { title, isThere: false, words: `not built yet, and no Go. ${GO_ADVICE}` };
  const [version = '', toolchain = ''] = found.trim().split('\n');
  const builds = canBuild(version.replace(/^go/, ''), toolchain);
  return {
    title,
    isThere: builds,
    words: builds
      ? `not built yet; the first start builds them with ${version}, in some minutes`
      : `not built yet, and ${version} is too old. ${GO_ADVICE}`,
  };
}

/** Whether this Go builds the server: new enough, or allowed to fetch one that is. */
export function canBuild(version: string, toolchain: string): boolean {
  const isAtLeast = (wanted: string): boolean => compareVersions(version, wanted) >= 0;
  if (isAtLeast(GO_VERSION)) return true;
  return isAtLeast('1.21') && toolchain !== 'local';
}

function compareVersions(one: string, other: string): number {
  const numbers = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [ones, others] = [numbers(one), numbers(other)];
  for (let at = 0; at < Math.max(ones.length, others.length); at += 1) {
    const difference = (ones[at] ?? 0) - (others[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

async function ports(config: Config): Promise<Finding[]> {
  const taken = new Map<string, number[]>();
  const wanted = allPorts(config);
  for (const { port, setting } of wanted) {
    const isFree = await freePort(HOST, port, setting).then(
      () => true,
      (fault: unknown) => {
        if (fault instanceof PortTaken) return false;
        throw fault;
      },
    );
    if (!isFree) taken.set(setting, [...(taken.get(setting) ?? []), port]);
  }
  if (taken.size === 0) return [{ title: 'ports', isThere: true, words: `${wanted.length} are free` }];
  return [...taken].map(([setting, numbers]) => ({
    title: 'ports',
    isThere: false,
    words: `${numbers.join(', ')} taken by another process (another cluster?): stop it, or set ${setting}`,
  }));
}
