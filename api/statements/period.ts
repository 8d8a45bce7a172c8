import { z } from 'zod';
import { calendarDay, daysAfter, firstOfMonth, type LocalDay } from '../../domain/local-time';
import { RULES } from '../http/field-rules';

/** What a statement is of: a day or a month in Vietnam. */
export interface StatementPeriod {
  /** As it was asked for: `2026-11-24` or `2026-11`. */
  name: string;
  from: LocalDay;
  /** The last day, also where it is still to come. */
  to: LocalDay;
  /** The day that balances count from: the first of the month. */
  balanceFrom: LocalDay;
}

export const periodSchema = z
  .string()
  .transform((text, context): StatementPeriod => {
    const period = periodOf(text);
    if (period) return period;
    context.addIssue({ code: 'custom', message: RULES.period.en });
    return z.NEVER;
  })
  .meta({
    description: 'A calendar day in Vietnam, such as `2026-11-24`, or a month, such as `2026-11`.',
    example: '2026-11',
  });

function periodOf(name: string): StatementPeriod | undefined {
  if (!/^20\d\d-\d\d(-\d\d)?$/.test(name)) return undefined;
  const isDay = name.length === 10;
  const from = calendarDay(isDay ? name : `${name}-01`);
  if (from === undefined) return undefined;
  return { name, from, to: isDay ? from : lastOfMonth(from), balanceFrom: firstOfMonth(from) };
}

function lastOfMonth(first: LocalDay): LocalDay {
  return daysAfter(firstOfMonth(daysAfter(first, 31)), -1);
}

/** @param to the last one; none if it is before the first */
export function* daysFrom(from: LocalDay, to: LocalDay): Generator<LocalDay> {
  for (let day = from; day <= to; day = daysAfter(day, 1)) yield day;
}
