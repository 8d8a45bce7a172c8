/** First words of our variables that are ours alone: a slip in them is seen as well, such as `MOBIPHONE_BASE_URL`. */
const OUR_WORDS =
  /^(?:CHANNELS|CIRCUIT|DISCOUNTS|MOBIFONE|OUTAGE|PACKAGES|PURCHASE|RECONCILIATION|SANDBOX|STOREFRONT|TEMPORAL|WEBHOOK|WORKER)_/;

/** So many letters may be wrong, missing, too many or swapped in a name that is still taken for the other. */
const SLIPS = 2;
/** Where only the first word is the same, which may be anybody's: `METRICS_PORT` is not `METRICS_HOST`. */
const SLIPS_IN_ANYBODYS_NAME = 1;

/**
 * Variables that are all but one of ours, such as `MOBIFONE_RATELIMIT` or `API_PROT`: what was meant would silently not
 * hold. Others that we do not know are left alone, since an environment is shared with whoever else reads it.
 * @param known every variable that is read
 * @returns a line for each, by variable
 */
export function misspeltSettings(given: readonly string[], known: readonly string[]): string[] {
  return given
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const near = known.find((candidate) => isMeant(candidate, name));
      return near === undefined ? [] : [`${name}: there is no such setting; ${near} is probably meant`];
    });
}

function isMeant(candidate: string, name: string): boolean {
  if (OUR_WORDS.test(candidate)) return isNear(letters(name), letters(candidate), SLIPS);
  const word = /^[^_]+_/.exec(candidate)?.[0];
  if (word === undefined || !name.startsWith(word)) return false;
  return isNear(letters(name), letters(candidate), SLIPS_IN_ANYBODYS_NAME);
}

const letters = (name: string): string => name.replaceAll('_', '').toUpperCase();

function isNear(one: string, other: string, slips: number): boolean {
  return Math.abs(one.length - other.length) <= slips && slipsBetween(one, other) <= slips;
}

/** Levenshtein's distance, with two letters swapped as one slip (optimal string alignment). */
function slipsBetween(one: string, other: string): number {
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
