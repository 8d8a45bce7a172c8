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
 * The file's text with the fault in it.
 * @throws Error when the place is not there, or there twice
 */
export function mutated(text: string, { name, file, find, replace }: Mutation): string {
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`"${name}" must find its text exactly once in ${file}`);
  }
  return before + replace + after;
}
