import { daysAfter, type LocalDay } from '../domain/local-time';
import type { FileRole } from './report';

/** Which day's transactions a file has, by its role in a reconciliation of `day`. */
export function dayOfFile({ role, of }: { role: FileRole; of?: LocalDay }, day: LocalDay): LocalDay {
  switch (role) {
    case 'last_day':
      return daysAfter(day, -1);
    case 'next_day':
      return daysAfter(day, 1);
    case 'day':
      return day;
    case 'other_day':
    case 'correction':
      return of ?? day;
  }
}
