import { daysAfter, localDayStart, type LocalDay } from '../domain/local-time';
import type { SettlementFileRole } from '../domain/reconciliation/reconciliation';

/** When the transactions of a file can have been done, milliseconds since 1970; `until` is not part of it. */
export interface TimeSpan {
  from: number;
  until: number;
}

/** A line that MobiFone settles or corrects late may be so many days old, or come so many days later. */
const LATE_DAYS = 62;

const DAY_OF_FILE = {
  day: 0,
  correction: 0,
  last_day: -1,
  next_day: 1,
  other_day: 0,
} as const satisfies Record<SettlementFileRole, number>;

/**
 * A line of 1999 or 2031 has a wrong time, or is of another file. A day's file goes up to the end of the day after, for clocks
 * and cut-offs; a correction of it may be written weeks later.
 * @param day the day that is reconciled
 * @param of the day of the file where it names one
 */
export function timesOfFile(day: LocalDay, role: SettlementFileRole, of?: LocalDay): TimeSpan {
  const own = of ?? daysAfter(day, DAY_OF_FILE[role]);
  const last = role === 'correction' ? LATE_DAYS : 1;
  return {
    from: localDayStart(daysAfter(own, -LATE_DAYS)),
    until: localDayStart(daysAfter(own, last + 1)),
  };
}
