import { formatLocalClock } from '../../domain/local-time';
import type { SignedIn } from '../visit';

/** When a purchase is tried again by itself. @param at ISO 8601, UTC */
export function nextTry({ words }: SignedIn, at: string): string {
  return words.acts.nextTry(formatLocalClock(new Date(at)));
}
