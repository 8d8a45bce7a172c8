import type { Client } from '@temporalio/client';
import { PayloadUnreadable, type UnreadableReason } from '../encryption/payload-unreadable';
import { decodeRun, type RawExecution, type RunInfo } from './visibility-pages';

/**
 * Whose a run is, as far as its memo tells: ours; one whose key is missing or does not fit, which may be ours; or one that
 * nobody of ours started, or whose memo was changed. Whoever can write to Temporal can start any number of the last two, so
 * they never use up the places of the first, nor the last those of the second.
 */
export type Origin = 'ours' | 'locked' | 'strange';

/** Why what is stored cannot be read though it may be ours. */
export const LOCKED: ReadonlySet<UnreadableReason> = new Set<UnreadableReason>([
  'key_missing',
  'key_shredded',
  'tampered',
]);

/** @param told reads what the memo of ours has; fails with `PayloadUnreadable` where it has none of it */
export async function originOf(
  client: Client,
  run: RawExecution,
  told: (run: RunInfo) => unknown,
): Promise<Origin> {
  try {
    told(await decodeRun(client, run));
    return 'ours';
  } catch (fault) {
    if (!(fault instanceof PayloadUnreadable)) throw fault;
    return LOCKED.has(fault.reason) ? 'locked' : 'strange';
  }
}
