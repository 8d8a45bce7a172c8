import { InvalidArgumentError } from 'commander';
import ms, { type StringValue } from 'ms';

/**
 * A moment of the command line: one that is written out, or a time from now.
 * @throws InvalidArgumentError
 */
export function moment(text: string): Date {
  const pause = duration(text);
  const at = pause === undefined ? new Date(text) : new Date(Date.now() + pause);
  if (Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError(
      'Give a moment such as 2026-12-31T17:00:00Z, or a time from now such as 24h.',
    );
  }
  return at;
}

/**
 * The moment so long ago.
 * @throws InvalidArgumentError
 */
export function ago(text: string): Date {
  const pause = duration(text);
  if (pause === undefined || pause < 0) throw new InvalidArgumentError('Give a time such as 5m or 2h.');
  return new Date(Date.now() - pause);
}

/** Milliseconds; nothing when it is no duration. */
function duration(text: string): number | undefined {
  const pause = ms(text as StringValue); // ms checks the text itself and answers undefined or NaN
  return Number.isFinite(pause) ? pause : undefined;
}
