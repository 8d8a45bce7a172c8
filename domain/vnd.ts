/** An amount in Vietnamese đồng. VND has no minor unit, so it is always a whole, non-negative number. */
export type Vnd = number & { readonly __brand: 'Vnd' };

/**
 * Makes an amount out of a plain number.
 * @throws RangeError when it is not a whole, non-negative, safe integer.
 */
export function vnd(amount: number): Vnd {
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new RangeError(`${amount} is not an amount in VND: it must be a whole number of đồng, 0 or more`);
  }
  return amount as Vnd; // the one place where the brand is given, just checked
}

/** `50.000d`, as Vietnamese prints amounts, GSM-7 safe for an SMS. */
export function formatVndGsm7(amount: Vnd): string {
  return `${String(amount).replace(/\B(?=(\d{3})+$)/g, '.')}d`;
}
