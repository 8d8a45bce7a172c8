import { placeOf } from './place';
import { tokensOf } from './tokens';

/** One deliberate fault of the product, and the promise that it breaks. */
export interface Mutation {
  /** Unique; `--only` looks in it and in the file. */
  name: string;
  /** From the project's folder. */
  file: string;
  /** Occurs exactly once in the file. */
  find: string;
  replace: string;
  /** Which of the promises it breaks: an invariant's number, or the rule in words. */
  invariant: string;
  /** The tests that most likely notice it; they run first. */
  likeliest: string;
}

/** The mutations of one file, with the tests that are nearest to it. */
export function mutationsOf(
  file: string,
  likeliest: string,
  mutations: readonly Omit<Mutation, 'file' | 'likeliest'>[],
): Mutation[] {
  return mutations.map((mutation) => ({ ...mutation, file, likeliest }));
}

/**
 * The file's text with the fault in it, in the names that the file has today.
 * @throws Error when the place is not there or there twice, or the fault needs a name that the file no longer has
 */
export function mutated(text: string, { name, file, find, replace }: Mutation): string {
  try {
    const { from, to, names } = placeOf(find, text);
    return text.slice(0, from) + renamed(replace, names, text) + text.slice(to);
  } catch (error) {
    throw new Error(
      `"${name}" does not fit ${file}: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

/** Code that names what is not there would fail for another reason than its fault, and seem to be noticed. */
function renamed(code: string, names: ReadonlyMap<string, string>, text: string): string {
  const known = new Set(tokensOf(text).map((token) => token.text));
  let result = '';
  let at = 0;
  for (const token of tokensOf(code)) {
    const isName = token.kind === 'IdentifierName' && code[token.from - 1] !== '.';
    const today = token.kind === 'IdentifierName' ? (names.get(token.text) ?? token.text) : token.text;
    if (isName && names.size > 0 && !known.has(today))
      throw new Error(`${token.text} is not in the file: ${code}`);
    result += code.slice(at, token.from) + today;
    at = token.to;
  }
  return result + code.slice(at);
}
