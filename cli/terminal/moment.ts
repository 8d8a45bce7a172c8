import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { durationIn } from './argument-values';

/** With its zone: a date alone, or a time without one, is another moment for each reader; JavaScript reads numbers as years. */
const MOMENT = z.iso.datetime({ offset: true });

/**
 * A moment of the command line: a date and time with its zone, or a duration from now.
 * @throws InvalidArgumentError
 */
export function moment(text: string): Date {
  const pause = durationIn(text);
  if (pause !== undefined) return new Date(Date.now() + pause);
  if (MOMENT.safeParse(text).success) return new Date(text);
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
