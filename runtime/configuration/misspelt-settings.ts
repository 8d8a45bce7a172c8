/** First words of our variables that are ours alone: what else begins with `API_` or `LOG_` may be anybody's. */
const OUR_WORDS =
  /^(?:CHANNELS|CIRCUIT|DISCOUNTS|MOBIFONE|OUTAGE|PACKAGES|PURCHASE|RECONCILIATION|SANDBOX|STOREFRONT|TEMPORAL|WEBHOOK|WORKER)_/;

/** So many letters may be wrong, missing or too many in a name that is still taken for the other. */
const SLIPS = 2;

/**
 * Variables that are all but one of ours, such as `MOBIFONE_RATELIMIT`: what was meant would silently not hold. Others
 * that we do not know are left alone, since an environment is shared with whoever else reads it.
 * @param known every variable that is read
 * @returns a line for each, by variable
 */
export function misspeltSettings(given: readonly string[], known: readonly string[]): string[] {
  const meant = known.filter((name) => OUR_WORDS.test(name));
  return given
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const near = meant.find((candidate) => isNear(letters(name), letters(candidate)));
      return near === undefined ? [] : [`${name}: there is no such setting; ${near} is probably meant`];
    });
}

const letters = (name: string): string => name.replaceAll('_', '').toUpperCase();

function isNear(one: string, other: string): boolean {
  return Math.abs(one.length - other.length) <= SLIPS && slipsBetween(one, other) <= SLIPS;
}

/** Levenshtein's distance. */
function slipsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of Array.from(one).entries()) {
    const next = [at + 1];
    for (const [column, wanted] of Array.from(other).entries()) {
      const replaced = (row[column] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
