import { InvalidArgumentError } from 'commander';
import type { LocalDay } from '../../domain/local-time';

/**
 * A day of the command line.
 * @throws InvalidArgumentError when there is no such day
 */
export function date(text: string): LocalDay {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(NaN);
  if (!Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return text as LocalDay; // just checked
  throw new InvalidArgumentError('It must be a day, as 2026-11-23.');
}

/** @throws InvalidArgumentError for all but a whole number of 0 or more */
export function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, 0 or more.');
}

/** Gathers an option that may be given several times. */
export const several = (file: string, before: readonly string[]): string[] => [...before, file];
