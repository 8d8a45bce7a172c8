import type { Request, Response } from 'express';
import type { Waiting } from './waiting';

/** Longest that an answer is held, seconds. */
export const LONGEST_WAIT = 30;

/**
 * Reads `Prefer: wait=N` (RFC 7240): hold the answer until the outcome is known, N seconds at most. More than
 * `LONGEST_WAIT` counts as that; a preference that cannot be read is ignored, as the RFC asks, and so is one beyond what
 * may be held at once.
 * @returns milliseconds; 0 does not wait
 */
export function preferredWait(request: Request, response: Response, waiting: Waiting): number {
  const seconds = waitOf(request.get('prefer'));
  if (seconds === undefined) return 0;
  if (seconds > 0 && !waiting.hold(response)) return 0;
  response.set('Preference-Applied', `wait=${seconds}`);
  return seconds * 1000;
}

/** The first `wait` counts, as the RFC says of a preference that is given twice. */
function waitOf(header: string | undefined): number | undefined {
  for (const preference of header?.split(',') ?? []) {
    const seconds = /^\s*wait\s*=\s*(?:"(\d{1,9})"|(\d{1,9}))\s*(?:;.*)?$/i.exec(preference);
    if (seconds) return Math.min(Number(seconds[1] ?? seconds[2]), LONGEST_WAIT);
  }
  return undefined;
}
