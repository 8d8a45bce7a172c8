/** A Vietnamese mobile subscriber number in E.164 without "+": `84` and nine digits. */
export type Msisdn = string & { readonly __brand: 'Msisdn' };

const MSISDN_PATTERN = /^84[1-9]\d{8}$/;

/**
 * Takes a number that is already in its stored form; people's spellings go through `parseMsisdn`.
 * @throws RangeError when it is not `84` and nine digits.
 */
export function msisdn(digits: string): Msisdn {
  if (!MSISDN_PATTERN.test(digits)) {
    throw new RangeError('a subscriber number is held as 84 and nine digits');
  }
  return digits as Msisdn; // the one place where the brand is given, just checked
}

/** `8490****567`: enough to recognise one's own number, too little to call it. */
export function maskMsisdn(number: Msisdn): string {
  return `${number.slice(0, 4)}****${number.slice(-3)}`;
}
