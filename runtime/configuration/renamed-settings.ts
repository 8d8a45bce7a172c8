/** Names that settings had, and have now; the old ones are still read. */
const RENAMED: Readonly<Record<string, string>> = {
  API_STRANGER_RATE_LIMIT: 'API_ANONYMOUS_RATE_LIMIT',
  CIRCUIT_COME_BACK_FROM: 'CIRCUIT_RETRY_MIN',
  CIRCUIT_COME_BACK_TO: 'CIRCUIT_RETRY_MAX',
  RECONCILIATION_LARGEST_FILE: 'RECONCILIATION_MAX_FILE_BYTES',
};

const told = new Set<string>();

/**
 * The environment with the names that settings have now; each old one is told of once in a process.
 * @param warn says a line to whoever runs the process
 * @returns besides, a fault for each that is given by both names
 */
export function withNewNames(
  environment: NodeJS.ProcessEnv,
  warn: (line: string) => void,
): { environment: NodeJS.ProcessEnv; faults: string[] } {
  const named = { ...environment };
  const faults: string[] = [];
  for (const [before, now] of Object.entries(RENAMED)) {
    const value = environment[before];
    if (value === undefined || value === '') continue;
    delete named[before];
    if (environment[now]) {
      faults.push(`${before}: is the old name of ${now}, which is set as well; leave it out`);
      continue;
    }
    named[now] = value;
    if (!told.has(before)) warn(`${before} is called ${now} now; the old name is still read.`);
    told.add(before);
  }
  return { environment: named, faults };
}
