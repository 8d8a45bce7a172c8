import { readFileSync } from 'node:fs';

/** Our variables that hold a secret: each may be in a file instead, whose path is in the variable with `_FILE`. */
export const SECRET_VARIABLES = [
  'API_CURSOR_SECRET',
  'CODEC_SERVER_TOKEN',
  'DESK_OIDC_CLIENT_SECRET',
  'MOBIFONE_CLIENT_SECRET',
  'OPERATIONS_WEBHOOK_SECRET',
  'RECONCILIATION_SIGNING_KEY',
  'RECONCILIATION_SOURCE_TOKEN',
] as const;

/** Temporal's own variables that hold a secret and have no variable for a file; its TLS key has `TEMPORAL_TLS_CLIENT_KEY_PATH`. */
export const TEMPORAL_SECRET_VARIABLES = ['TEMPORAL_API_KEY'] as const;

/** An environment with its secrets read, and one line per fault of their files. */
export interface ReadSecrets {
  environment: Readonly<Record<string, string | undefined>>;
  faults: readonly string[];
}

/**
 * Reads each secret whose file is named, as Docker, Kubernetes and systemd hand secrets to a process: they are then
 * neither in the process list nor in the environment of child processes. Line ends after the secret are dropped, because
 * editors and `echo` write them.
 * @param names the variables that may be given by `<name>_FILE`
 */
export function withSecretsFromFiles(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): ReadSecrets {
  const read: Record<string, string | undefined> = { ...environment };
  const faults: string[] = [];
  for (const name of names) {
    const variable = `${name}_FILE`;
    const file = environment[variable];
    if (!file) continue;
    if (environment[name]) {
      faults.push(`${variable}: must not be set along with ${name}; remove one of them`);
      continue;
    }
    const secret = secretIn(file);
    if (secret.text === undefined) faults.push(`${variable}: ${file} ${secret.fault}`);
    else read[name] = secret.text;
  }
  return { environment: read, faults };
}

type Secret = { text: string } | { text?: undefined; fault: string };

function secretIn(file: string): Secret {
  try {
    const text = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
    return text === '' ? { fault: 'is empty' } : { text };
  } catch (fault) {
    return { fault: `cannot be read (${String((fault as NodeJS.ErrnoException).code)})` }; // Node's file errors have one
  }
}
