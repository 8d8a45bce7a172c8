/**
 * Licences (SPDX) under which a package may be used here: all let us run, change and pass on what we build, without
 * having to publish it. CC-BY-4.0 is for data that is named with its source; MPL-2.0 asks only that changes to its own files
 * be published, and we change none.
 */
export const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Packages that name no licence in their package.json, by what the LICENSE file in them says. */
export const LICENCES_IN_FILES: Readonly<Record<string, { licence: string; begins: RegExp }>> = {
  unionfs: { licence: 'Unlicense', begins: /^This is free and unencumbered software/ },
};

/**
 * Whether an SPDX expression of licences with AND, OR and brackets lets a package be used: of licences joined by OR one
 * that is allowed suffices, of those joined by AND all must be.
 */
export function isAllowedLicence(expression: string): boolean {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const either = (): boolean => {
    let allowed = both();
    while (tokens[at] === 'OR') {
      at += 1;
      allowed = both() || allowed; // the right side is read in any case
    }
    return allowed;
  };
  const both = (): boolean => {
    let allowed = one();
    while (tokens[at] === 'AND') {
      at += 1;
      allowed = one() && allowed;
    }
    return allowed;
  };
  const one = (): boolean => {
    const token = tokens[at++] ?? '';
    if (token !== '(') return ALLOWED_LICENCES.has(token);
    const allowed = either();
    return tokens[at++] === ')' && allowed;
  };
  const allowed = either();
  return at === tokens.length && allowed; // words after the expression, such as WITH, make another licence of it
}
