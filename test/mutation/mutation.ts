/** One deliberate fault of the product, and the promise that it breaks. */
export interface Mutation {
  /** Unique; what `--only` looks in. */
  name: string;
  /** From the project's folder. */
  file: string;
  /** Occurs exactly once in the file. */
  find: string;
  replace: string;
  /** Which of the promises it breaks: an invariant's number, or the rule in words. */
  invariant: string;
}

/** The mutations of one file. */
export function mutationsOf(file: string, mutations: readonly Omit<Mutation, 'file'>[]): Mutation[] {
  return mutations.map((mutation) => ({ ...mutation, file }));
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
