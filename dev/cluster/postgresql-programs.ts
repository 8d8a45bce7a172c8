import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** PostgreSQL's programs are not there; the message says how to get them. */
export class NoPostgresql extends Error {
  override readonly name = 'NoPostgresql';
}

/** The user that PostgreSQL runs as where we are root, as which it refuses to run. */
export interface Unprivileged {
  name: string;
  uid: number;
  gid: number;
}

const PROGRAMS = ['initdb', 'postgres'] as const;
/** Debian and Ubuntu keep them off the PATH, a folder a major version. */
const DEBIAN = '/usr/lib/postgresql';
const HOMEBREW = ['/opt/homebrew/opt/postgresql@17/bin', '/usr/local/opt/postgresql@17/bin'];
const INSTALL = 'Install it (`sudo apt-get install postgresql`, or `brew install postgresql@17`)';

/**
 * The folder with `initdb` and `postgres`: on the PATH, or where Debian and Homebrew have them.
 * @throws NoPostgresql
 */
export function postgresqlFolder(
  path = process.env['PATH'] ?? '',
  usual: readonly string[] = [...debian(), ...HOMEBREW],
): string {
  const places = [...path.split(delimiter).filter((folder) => folder !== ''), ...usual];
  const found = places.find(hasPrograms);
  if (found !== undefined) return found;
  throw new NoPostgresql(
    `PostgreSQL was not found (looked for ${PROGRAMS.join(', ')} on the PATH and in ${DEBIAN}/*/bin). ${INSTALL}, or put the folder of its programs on the PATH.`,
  );
}

/** Newest major version first. */
function debian(): string[] {
  try {
    const versions = readdirSync(DEBIAN).toSorted((one, other) => Number(other) - Number(one));
    return versions.map((version) => join(DEBIAN, version, 'bin'));
  } catch {
    return [];
  }
}

function hasPrograms(folder: string): boolean {
  return PROGRAMS.every((program) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * The user to run PostgreSQL as: our own, unless we are root.
 * @throws NoPostgresql when we are root and the system has no user to be instead
 */
export function unprivilegedUser(
  uid = process.getuid?.(),
  readUsers = () => readFileSync('/etc/passwd', 'utf8'),
): Unprivileged | undefined {
  if (uid !== 0) return undefined;
  const users = readUsers()
    .split('\n')
    .map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [name, , userId, groupId] = users.find(([candidate]) => candidate === wanted) ?? [];
    if (name) return { name, uid: Number(userId), gid: Number(groupId) };
  }
  throw new NoPostgresql(
    'PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`: start the cluster as another user.',
  );
}
