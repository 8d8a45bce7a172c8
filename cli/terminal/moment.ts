import { InvalidArgumentError } from 'commander';
import { durationIn } from './argument-values';

/**
 * A moment of the command line: a date and time, or a duration from now.
 * @throws InvalidArgumentError
 */
export function moment(text: string): Date {
  const pause = durationIn(text);
  const at = pause === undefined ? new Date(text) : new Date(Date.now() + pause);
  if (!Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError(
    'It must be a moment such as 2026-12-31T17:00:00Z, or a duration from now such as 24h.',
  );
}

/**
 * The moment that lies a duration back.
 * @throws InvalidArgumentError
 */
export function ago(text: string): Date {
  const pause = durationIn(text);
  if (pause === undefined || pause < 0) {
    throw new InvalidArgumentError('It must be a duration such as 5m or 2h.');
  }
  return new Date(Date.now() - pause);
}
