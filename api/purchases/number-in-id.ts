import type { Msisdn } from '../../domain/msisdn';

/** Digits of a number that already tell whose it is. */
const TELLING_DIGITS = 8;
/** Of a number with its prefix and a digit more; Unix time in milliseconds has 13. */
const MOST_DIGITS = 12;
/** Unix time in seconds, from 2023 to 2030. */
const UNIX_SECONDS = /^1[78]\d{8}$/;
/** A Vietnamese mobile number without anything between its digits. */
const NUMBER = /^(?:0|(?:00)?84)[35789]\d{8}$/;
const BARE_NUMBER = /[35789]\d{8}/;
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;
/** A random hexadecimal token has runs of digits by chance. */
const LONG_HEX = /(?<![A-Za-z0-9])(?=\d*[a-f])[0-9a-f]{12,}(?![A-Za-z0-9])/gi;
/** Digits with at most some separators between them. */
const CHAIN = /\d(?:[._~-]*\d)*/g;
const SEPARATORS = /[._~-]+/;
/** Day, month, year and a counter: `0911202601`, `09-11-2026-01`, `0911260001`. */
const DATE_AND_COUNTER =
  /^(?:0[1-9]|[12]\d|3[01])[._~-]*(?:0[1-9]|1[0-2])[._~-]*(?:20)?(?<year>\d\d)[._~-]*\d+$/;
/** The groups in which people write numbers; others are found only where nothing else stands beside them. */
const USUAL_GROUPS =
  /^(?:(?:00)?84,)?(?:0?\d{9}|0?\d{3},\d{3},\d{3}|0?\d{2},\d{3},\d{4}|0?\d{3},\d{2},\d{2},\d{2})$/;

/** Whether an id holds anybody's mobile number, as digits of their own (docs/decisions/0034-numbers-in-ids.md). */
export function holdsAnyNumber(id: string, now = new Date()): boolean {
  const chains = withoutTokens(id).match(CHAIN) ?? [];
  return (
    chains.some((chain) => isNumber(chain, now)) || decodings(id).some((decoded) => BARE_NUMBER.test(decoded))
  );
}

/**
 * Whether an id has so many digits in a row that they may be a number, whatever stands beside them. Ids that nobody needs again
 * are held to it: one in vain replaced costs little. Moments and counters of machines are longer.
 */
export function mayHoldNumber(id: string): boolean {
  const joined = withoutTokens(id).replace(/[._~-]/g, '');
  const runs = joined.match(/\d+/g) ?? [];
  return runs.some((run) => run.length <= MOST_DIGITS && !UNIX_SECONDS.test(run) && BARE_NUMBER.test(run));
}

/** Tells whether an id holds a number, or eight of its digits; for the numbers of a whole list it reads the id once. */
export function numbersHeldBy(id: string): (msisdn: Msisdn) => boolean {
  const joined = id.replace(/[._~-]/g, '');
  const texts = [joined, ...decodings(id)];
  const inHex = joined.toLowerCase();
  return (msisdn) => {
    const significant = msisdn.slice(2); // without 84 or 0 it is in every spelling
    const telling = [significant.slice(0, TELLING_DIGITS), significant.slice(-TELLING_DIGITS)];
    return (
      texts.some((text) => telling.some((digits) => text.includes(digits))) ||
      [significant, msisdn].some((digits) => inHex.includes(Number(digits).toString(16)))
    );
  };
}

/** Without what was made at random. */
function withoutTokens(id: string): string {
  return id.replace(UUID, ' ').replace(LONG_HEX, ' ');
}

function isNumber(chain: string, now: Date): boolean {
  if (isDateAndCounter(chain, now)) return false;
  const groups = chain.split(SEPARATORS);
  if (NUMBER.test(groups.join(''))) return true;
  return groups.some((_, from) =>
    groups.slice(from).some((__, more) => {
      const window = groups.slice(from, from + more + 1);
      return NUMBER.test(window.join('')) && USUAL_GROUPS.test(window.join(','));
    }),
  );
}

/** Of last year, this one or the next: other years are as likely a number. */
function isDateAndCounter(chain: string, now: Date): boolean {
  const year = DATE_AND_COUNTER.exec(chain)?.groups?.['year'];
  return year !== undefined && Math.abs(Number(year) - (now.getUTCFullYear() % 100)) <= 1;
}

/** What an id is, read as hexadecimal and as base64 from every place where a group of these may begin. */
function decodings(id: string): string[] {
  const hex = id.replace(/[^0-9a-f]/gi, '');
  return [
    ...[0, 1].map((from) => Buffer.from(hex.slice(from), 'hex').toString('latin1')),
    ...[0, 1, 2, 3].map((from) => Buffer.from(id.slice(from), 'base64url').toString('latin1')),
  ];
}
