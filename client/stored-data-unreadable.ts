import { PayloadUnreadable, type UnreadableReason } from '../encryption/payload-unreadable';

/** Something is stored but cannot be read; the cause says why. Each kind of thing has a class of its own. */
export abstract class StoredDataUnreadable extends Error {
  override readonly name: string = 'StoredDataUnreadable';
  /** What operators do about it, of docs/runbooks.md, unless its key is missing. */
  protected readonly ownRunbook: string = 'strange-purchase';

  /** @param what it is, as the beginning of a sentence */
  protected constructor(
    what: string,
    readonly erased: boolean,
    options?: ErrorOptions,
  ) {
    super(erased ? `${what} was erased` : `${what} cannot be read now`, options);
  }

  /** What operators do about it, of docs/runbooks.md. A key that is missing is brought back, and nothing is deleted. */
  get runbook(): string {
    return this.reason === 'key_missing' ? 'key-lost' : this.ownRunbook;
  }

  get reason(): UnreadableReason | undefined {
    return this.cause instanceof PayloadUnreadable ? this.cause.reason : undefined;
  }
}
