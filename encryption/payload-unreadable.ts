/**
 * Why stored data cannot be read: its key is missing, was destroyed, the bytes were changed, it is of another workflow, or
 * it is in clear where all must be encrypted, or nothing of ours ever wrote it.
 */
export type UnreadableReason =
  | 'key_missing'
  | 'key_shredded'
  | 'tampered'
  | 'moved'
  | 'clear_text'
  | 'no_order'
  | 'index_changed'
  | 'not_decodable';

/** Stands for the key of what is under none. */
export const NO_KEY = 'none';

/**
 * Stored data that cannot be read. A worker's task with it fails and is tried again by Temporal, so that the purchase
 * goes on as soon as the data or its key is back.
 */
export class PayloadUnreadable extends Error {
  override readonly name = 'PayloadUnreadable';

  /** @param place where it belongs, for data that was moved */
  constructor(
    readonly reason: UnreadableReason,
    readonly keyId: string,
    place = '',
  ) {
    super(IN_WORDS[reason](keyId, place));
  }
}

const IN_WORDS: Readonly<Record<UnreadableReason, (keyId: string, place: string) => string>> = {
  key_missing: (keyId) =>
    `data is encrypted under key "${keyId}", which is not in the key ring; bring the key back (see docs/privacy.md)`,
  key_shredded: (keyId) =>
    `data was encrypted under key "${keyId}", which was shredded; nothing can read it again`,
  tampered: (keyId) =>
    `data that claims key "${keyId}" does not fit it: it was altered, or is of another key with this id`,
  moved: (_, place) => `data of ${place} was found somewhere else: it was moved in Temporal’s storage`,
  clear_text: () =>
    'data is in clear, which is refused while encryption is on; for data from before encryption set ' +
    'ENCRYPTION_CLEAR_TEXT_UNTIL (see docs/privacy.md)',
  no_order: () => 'the workflow has no order in its memo: the API did not start it, or its memo was changed',
  index_changed: () =>
    'the search attributes are not those of the purchase’s order: somebody changed them, or copied its start',
  not_decodable: () =>
    'data is not what a data converter writes: it was changed, or another program wrote it',
};
