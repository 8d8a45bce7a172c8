import { InvalidArgumentError } from 'commander';
import ms, { type StringValue } from 'ms';
import { calendarDay, type LocalDay } from '../../domain/local-time';

/**
 * A day of the command line.
 * @throws InvalidArgumentError when there is no such day
 */
export function date(text: string): LocalDay {
  const day = calendarDay(text);
  if (day !== undefined) return day;
  throw new InvalidArgumentError('It must be a day such as 2026-11-23.');
}

/** @throws InvalidArgumentError unless it is a whole number of 0 or more */
export function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, 0 or more.');
}

/**
 * A count with a limit of its own.
 * @throws InvalidArgumentError unless it is a whole number from 1 to `most`
 */
export function countTo(most: number): (text: string) => number {
  return (text) => {
    const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };
}

/**
 * A duration such as `30d`, in milliseconds.
 * @throws InvalidArgumentError unless it is longer than 0
 */
export function duration(text: string): number {
  const milliseconds = durationIn(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw new InvalidArgumentError('It must be a duration such as 30s, 5m or 30d.');
}

/** Milliseconds; undefined when the text is no duration with its unit: nobody means 30 milliseconds by 30. */
export function durationIn(text: string): number | undefined {
  if (!/[a-z]$/i.test(text)) return undefined;
  const milliseconds = ms(text as StringValue); // ms checks the text itself and answers undefined or NaN
  return Number.isFinite(milliseconds) ? milliseconds : undefined;
}

/** Collects an option that may be given several times. */
export const several = (file: string, before: readonly string[] = []): string[] => [...before, file];
