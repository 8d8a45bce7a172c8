/** Why encrypted data cannot be read: its key is missing, was destroyed, or the bytes were changed. */
export type UnreadableReason = 'key_missing' | 'key_shredded' | 'tampered';

/**
 * Encrypted data that cannot be read. A worker's task with it fails and is tried again by Temporal, so that the
 * purchase goes on as soon as the key is back.
 */
export class PayloadUnreadable extends Error {
  override readonly name = 'PayloadUnreadable';

  constructor(
    readonly reason: UnreadableReason,
    readonly keyId: string,
  ) {
    super(IN_WORDS[reason](keyId));
  }
}

const IN_WORDS: Readonly<Record<UnreadableReason, (keyId: string) => string>> = {
  key_missing: (keyId) =>
    `data is encrypted under key "${keyId}", which is not in the key ring; bring the key back (see docs/privacy.md)`,
  key_shredded: (keyId) =>
    `data was encrypted under key "${keyId}", which was shredded; nothing can read it again`,
  tampered: (keyId) =>
    `data that claims key "${keyId}" does not fit it: it was altered, or is of another key with this id`,
};
