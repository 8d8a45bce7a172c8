import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { placeOfEverybody, placeOfStrangers } from '../own-place.cjs';
import { SECRET_VARIABLES, TEMPORAL_SECRET_VARIABLES } from './secret-files';

type Places = Readonly<Record<string, string | undefined>>;

/** The files that hold a secret, by the variable that names each. */
const SECRET_FILES = [
  ...[...SECRET_VARIABLES, ...TEMPORAL_SECRET_VARIABLES].map((name) => `${name}_FILE`),
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
];

/** The files that decide to whom keys and orders are sent. */
const TRUSTED_FILES = ['TEMPORAL_CONFIG_FILE', 'TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'NODE_EXTRA_CA_CERTS'];

/** These hold some as well: keys, and the secrets of webhooks and signatures. */
const FILES_WITH_SECRETS = new Set([...SECRET_FILES, 'ENCRYPTION_KEYS_FILE', 'CHANNELS_FILE']);

/** What of a profile of Temporal is a secret. */
const SECRET_OF_PROFILE = /\b(?:api_key|client_key_data|auth|authorization)\b["']?\s*=/i;

const OTHERS_READ = 0o004;

/**
 * What other users of the machine may do with the files that decide who may sell, what is signed and whom we trust.
 * @param given the environment
 * @param deciding the other places, by their settings
 * @returns a fault for each secret, trusted file and folder that everybody may change, and a warning for each place that some other user may
 *   change or, of a secret, read
 */
export function filesOfOthers(
  given: Places,
  deciding: Places & { DATA_DIR?: string | undefined },
): { faults: string[]; warnings: string[] } {
  const ofEnvironment = [...SECRET_FILES, ...TRUSTED_FILES];
  const places = ofEnvironment.map((name): [string, string | undefined] => [name, given[name]]);
  const faults: string[] = [];
  const warnings: string[] = [];
  for (const [name, place] of [...places, ...Object.entries(deciding)]) {
    if (!place || !existsSync(place)) continue;
    const fault = changeableByAll(place);
    const stranger = found(placeOfStrangers, place);
    if (fault !== undefined) {
      if (name === 'DATA_DIR' || ofEnvironment.includes(name)) faults.push(`${name}: ${fault}`);
    } else if (stranger !== undefined) {
      warnings.push(
        `${name}: another user of this machine may change ${stranger}; make it your own (chown, chmod go-w).`,
      );
    } else if (isReadByAll(place) && holdsSecret(name, place)) {
      warnings.push(
        `${name}: every user of this machine may read ${place}, which holds a secret; chmod o-r ${place}.`,
      );
    }
  }
  return { faults, warnings };
}

function holdsSecret(name: string, place: string): boolean {
  if (name !== 'TEMPORAL_CONFIG_FILE') return FILES_WITH_SECRETS.has(name);
  return SECRET_OF_PROFILE.test(readFileSync(place, 'utf8'));
}

/** Why a file or folder cannot be relied on, with the way out; nothing where only its owner and a group may change it. */
export function changeableByAll(place: string): string | undefined {
  const open = found(placeOfEverybody, place);
  if (open === undefined) return undefined;
  return `every user of this machine may change ${open}: \`chmod o-w ${open}\`, or keep ${path.basename(place)} in another folder`;
}

/** A pipe, as the shell's `<(…)` makes one, has a name that leads to no place. */
function found(find: (place: string) => string | undefined, place: string): string | undefined {
  try {
    return find(place);
  } catch {
    return undefined;
  }
}

/** The rights of a file that was mounted for us are its mounter's affair: Docker's secrets are root's, to be read by all. */
function isReadByAll(file: string): boolean {
  const found = statSync(file);
  const isOwn = found.isFile() && found.uid === process.geteuid?.();
  return isOwn && (found.mode & OTHERS_READ) !== 0 && !isClosedAbove(file);
}

/** Nobody else gets to a file in a folder that only its owner may enter. */
function isClosedAbove(file: string): boolean {
  for (let at = path.dirname(path.resolve(file)); ; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return true;
    if (at === path.dirname(at)) return false;
  }
}
