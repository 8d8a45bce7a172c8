/** First words that only our variables have: a typing error in them is noticed as well, as in `MOBIPHONE_BASE_URL`. */
const OUR_WORDS =
  /^(?:CHANNELS|CIRCUIT|DISCOUNTS|MOBIFONE|OUTAGE|PACKAGES|PURCHASE|RECONCILIATION|SANDBOX|STOREFRONT|TEMPORAL|WEBHOOK|WORKER)_/;

/** Most letters that may be wrong, missing, added or swapped in a misspelt name. */
const MAX_ERRORS = 2;
/** So many letters long, a name is told from those of other programs by the whole of it, whatever its first word is. */
const LETTERS_OF_LONG_NAME = 15;
/** The same for shorter ones, whose first word must be right: `METRICS_PORT` and `LOGLEVEL` may be variables of somebody else. */
const MAX_ERRORS_OF_SHORT_NAME = 1;

/** How names begin that nobody else has: an unknown one is a fault, however far it is from ours. */
const OUR_FAMILIES = /^(?:CODEC_SERVER|DESK_OIDC|MOBIFONE|RECONCILIATION)_/;
/** What Kubernetes puts into every container for a service, whose name may begin so. */
const OF_KUBERNETES = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?)$/;

/**
 * Finds misspelt names of our variables, such as `MOBIFONE_RATELIMIT` or `API_PROT`, which would otherwise be ignored.
 * Other unknown variables are left alone, because other programs share the environment.
 * @param known every variable that is read
 * @returns a fault for each misspelt name
 */
export function misspeltSettings(given: readonly string[], known: readonly string[]): string[] {
  return given
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const near = known.find((candidate) => isMisspelling(candidate, name));
      if (near !== undefined) return [`${name}: no such setting; did you mean ${near}?`];
      if (!OUR_FAMILIES.test(name) || OF_KUBERNETES.test(name)) return [];
      return [`${name}: no such setting; see docs/configuration.md`];
    });
}

function isMisspelling(candidate: string, name: string): boolean {
  const isLong = letters(candidate).length >= LETTERS_OF_LONG_NAME;
  if (isLong || OUR_WORDS.test(candidate)) return isNear(letters(name), letters(candidate), MAX_ERRORS);
  const word = /^[^_]+_/.exec(candidate)?.[0] ?? '';
  if (!name.toUpperCase().startsWith(word)) return false;
  return isNear(letters(name), letters(candidate), MAX_ERRORS_OF_SHORT_NAME);
}

const letters = (name: string): string => name.replaceAll('_', '').toUpperCase();

function isNear(one: string, other: string, errors: number): boolean {
  return Math.abs(one.length - other.length) <= errors && distance(one, other) <= errors;
}

/** Edit distance in which two swapped letters count as one error (optimal string alignment). */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of Array.from(one).entries()) {
    const next = [at + 1];
    for (const [column, wanted] of Array.from(other).entries()) {
      const replaced = (row[column] ?? 0) + (letter === wanted ? 0 : 1);
      const isSwap = letter === other[column - 1] && wanted === one[at - 1];
      const swapped = isSwap ? (before[column - 1] ?? 0) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}
