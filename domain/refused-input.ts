/** What a worker reads in place of an argument in clear, where encryption is on; shown to whoever entered it. */
export const CLEAR_TEXT_REFUSED = '(clear text, refused while encryption is on)';

/** What a worker reads in place of an argument that it cannot decrypt; shown to whoever entered it. */
export const UNREADABLE_REFUSED = '(unreadable: key missing, changed or moved)';

/**
 * An input that was taken in before and can no longer be decrypted must not be left out: the workflow task fails, and is
 * tried again until the key or the data is back.
 * @throws Error, which fails the workflow task and not the workflow
 */
export function requireReadable(input: unknown): void {
  if (input === UNREADABLE_REFUSED) throw new Error(`an input of this workflow is ${UNREADABLE_REFUSED}`);
}

/**
 * A handler of signals, or of updates that were accepted before: it is called with what can be decrypted only. A new
 * update has a validator, which refuses the words as it refuses any other text.
 */
export function readable<Input, Result>(handle: (input: Input) => Result): (input: Input) => Result {
  return (input) => {
    requireReadable(input);
    return handle(input);
  };
}
