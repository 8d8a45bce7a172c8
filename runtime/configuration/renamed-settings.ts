type Environment = Readonly<Record<string, string | undefined>>;

/** Former names of settings, which are still read. */
const RENAMED: Readonly<Record<string, string>> = {
  API_STRANGER_RATE_LIMIT: 'API_ANONYMOUS_RATE_LIMIT',
  CIRCUIT_COME_BACK_FROM: 'CIRCUIT_RETRY_MIN',
  CIRCUIT_COME_BACK_TO: 'CIRCUIT_RETRY_MAX',
  RECONCILIATION_LARGEST_FILE: 'RECONCILIATION_MAX_FILE_BYTES',
};

/** Former settings, with what holds now; they are not read any more. */
export const REMOVED: Readonly<Record<string, string>> = {
  LOG_FILES_MAX_BYTES: 'fixed at 1 GB',
  POSTGRESQL_BIN: 'searched on the PATH; put the folder there',
  STOREFRONT_HOST: 'that of SANDBOX_HOST',
  TEMPORAL_TEST_SERVER_PATH: 'searched on the PATH as `temporal-test-server`',
};

const warned = new Set<string>();

/** Writes what holds of a variable, once in a process. */
export function warnOnce(warn: (line: string) => void, name: string, holds: string): void {
  if (!warned.has(name)) warn(`${name} ${holds}`);
  warned.add(name);
}

/**
 * The environment under today's names. Each former name is warned about once in a process.
 * @param warn writes a line for the person who runs the process
 * @returns besides, a fault for each setting that is given by both names
 */
export function withNewNames(
  environment: Environment,
  warn: (line: string) => void,
): { environment: Record<string, string | undefined>; faults: string[] } {
  const named = { ...environment };
  const faults: string[] = [];
  for (const [before, now] of Object.entries(RENAMED)) {
    const value = environment[before];
    delete named[before];
    if (!value) continue;
    if (environment[now]) {
      faults.push(`${before}: is the old name of ${now}, which is set as well; remove ${before}`);
      continue;
    }
    named[now] = value;
    warnOnce(warn, before, `is now called ${now}; the old name is still read.`);
  }
  for (const [name, holds] of Object.entries(REMOVED)) {
    if (environment[name]) warnOnce(warn, name, `is no longer a setting; its value is ${holds}.`);
    delete named[name];
  }
  return { environment: named, faults };
}
