import type { Msisdn } from '../../domain/msisdn';

/** What people and programs put between the digits of a number. */
const BETWEEN = String.raw`(?:[ ._~-]|%20|\u00a0){0,2}`;

/**
 * A search of bytes for subscriber numbers in every form that we could think of: `84…`, `0…`, `+84…` and bare, with
 * anything usual between the digits, in UTF-8 and both kinds of UTF-16, in hexadecimal and in base64.
 */
export class NumberSearch {
  private readonly forms: { number: Msisdn; pattern: RegExp }[];

  constructor(numbers: readonly Msisdn[]) {
    this.forms = numbers.map((number) => ({ number, pattern: formsOf(number) }));
  }

  /** The numbers that are in there, in whatever form. */
  foundIn(bytes: Buffer): Msisdn[] {
    const text = bytes.toString('latin1'); // a character a byte, so that nothing is lost in what is no text
    return this.forms.filter(({ pattern }) => pattern.test(text)).map(({ number }) => number);
  }
}

function formsOf(number: Msisdn): RegExp {
  const significant = number.slice(2); // without 84 or 0 it is in every spelling
  const digits = significant.split('');
  const forms = [
    digits.join(BETWEEN),
    digits.join(String.raw`\x00`), // UTF-16, of either order
    Buffer.from(significant).toString('hex'),
    ...[0, 1, 2].map((offset) => base64At(significant, offset)),
  ];
  return new RegExp(forms.join('|'));
}

/** The characters of base64 that the text alone decides, where it begins so many bytes into a group of three. */
function base64At(text: string, offset: number): string {
  const encoded = Buffer.from('\0'.repeat(offset) + text).toString('base64');
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor(((offset + text.length) * 8) / 6);
  return encoded.slice(from, to).replace(/[+/]/g, (sign) => (sign === '+' ? '[+-]' : '[/_]'));
}
