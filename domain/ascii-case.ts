/**
 * A name in lower case, of ASCII letters only. `toLowerCase` also makes a `k` of the Kelvin sign (U+212A), so that a name that
 * nobody has would be taken for another.
 */
export function inLowerAscii(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
