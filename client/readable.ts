import { PayloadUnreadable } from '../encryption/payload-unreadable';

/** Records of a list, without those that cannot be read. */
export interface Readable<T> {
  read: T[];
  /** Why the others cannot be: one for each. */
  unreadable: PayloadUnreadable[];
}

/**
 * Reads records together, so that one whose key is not at hand does not take a whole list with it.
 * @throws whatever else a reading fails by
 */
export async function readable<T>(readings: readonly Promise<T>[]): Promise<Readable<T>> {
  const settled = await Promise.allSettled(readings);
  const faults = settled.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  const unreadable = faults.filter((fault) => fault instanceof PayloadUnreadable);
  if (unreadable.length < faults.length) throw faults.find((fault) => !(fault instanceof PayloadUnreadable));
  const read = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return { read, unreadable };
}
