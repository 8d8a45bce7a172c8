/** Asia/Ho_Chi_Minh is UTC+7 the year round; no time zone data is needed, so the workflow may use this. */
const OFFSET_MS = 7 * 60 * 60 * 1000;

/** A calendar day in Vietnam, `2026-11-24`. */
export type LocalDay = string & { readonly __brand: 'LocalDay' };

/** A day that somebody typed, such as `2026-11-24`; undefined for what is not on the calendar, such as 2026-02-30. */
export function calendarDay(text: string): LocalDay | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const at = new Date(`${text}T00:00:00Z`); // which makes 2 March of 30 February
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? (text as LocalDay) : undefined; // just checked
}

const MOMENT =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** A moment that somebody typed, with its zone, such as `2030-01-31T08:00:00+07:00`; undefined for what is none. */
export function momentOf(text: string): Date | undefined {
  const [, day] = MOMENT.exec(text) ?? [];
  return day !== undefined && calendarDay(day) !== undefined ? new Date(text) : undefined;
}

/** The Vietnamese calendar day of a moment. */
export function localDay(at: Date): LocalDay {
  return new Date(at.getTime() + OFFSET_MS).toISOString().slice(0, 10) as LocalDay; // an ISO date by construction
}

/** When a Vietnamese calendar day begins. */
export function startOfDay(day: LocalDay): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - OFFSET_MS);
}

/** The first day of the month that a day is in. */
export function firstOfMonth(day: LocalDay): LocalDay {
  return `${day.slice(0, 7)}-01` as LocalDay; // a day begins with its year and month
}

/** `10:05 24/11/2026` in Vietnamese local time, as the SMS texts print it. */
export function formatLocalTime(at: Date): string {
  const iso = new Date(at.getTime() + OFFSET_MS).toISOString();
  return `${iso.slice(11, 16)} ${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`;
}

/** `10:05:33` in Vietnamese local time. */
export function formatLocalClock(at: Date): string {
  return new Date(at.getTime() + OFFSET_MS).toISOString().slice(11, 19);
}

/** The first moment of a Vietnamese calendar day, milliseconds since 1970. */
export function localDayStart(day: LocalDay): number {
  return Date.parse(`${day}T00:00:00Z`) - OFFSET_MS;
}

/** The day so many days after another; before it when negative. */
export function daysAfter(day: LocalDay, days: number): LocalDay {
  return localDay(new Date(localDayStart(day) + days * 24 * 60 * 60 * 1000));
}

/** The hour of a Vietnamese day, 0 to 23. */
export function localHour(at: Date): number {
  return new Date(at.getTime() + OFFSET_MS).getUTCHours();
}

/** `2026-11-24T10:05:33.120+07:00`: a moment in Vietnamese local time with its offset. */
export function localIso(at: Date): string {
  return new Date(at.getTime() + OFFSET_MS).toISOString().replace('Z', '+07:00');
}
