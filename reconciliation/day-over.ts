import { localDay, type LocalDay } from '../domain/local-time';

/** Reconciled now, it would lack what is yet to be sold, and no morning would come back to it. */
export class DayNotOver extends Error {
  override readonly name = 'DayNotOver';
  constructor(day: LocalDay) {
    super(`${day} is not over in Vietnam yet: it can be reconciled from the day after on.`);
  }
}

/** Whether a Vietnamese day has ended. */
export function isDayOver(day: LocalDay): boolean {
  return day < localDay(new Date());
}

/** @throws DayNotOver for today and later days */
export function requireDayOver(day: LocalDay): void {
  if (!isDayOver(day)) throw new DayNotOver(day);
}
