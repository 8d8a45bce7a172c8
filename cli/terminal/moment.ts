import { InvalidArgumentError } from 'commander';
import { momentOf } from '../../domain/local-time';
import { durationIn } from './argument-values';

/**
 * A moment of the command line: a date and time with its zone, or a duration from now.
 * @throws InvalidArgumentError
 */
export function moment(text: string): Date {
  const pause = durationIn(text);
  if (pause !== undefined) return new Date(Date.now() + pause);
  const at = momentOf(text); // a time without its zone is another moment for each reader
  if (at !== undefined) return at;
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
