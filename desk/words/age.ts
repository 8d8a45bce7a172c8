import type { Words } from './words';

const MINUTE_MS = 60_000;

/** How long something has waited: `2 h 5 min`. */
export function ageInWords({ queue }: Words, since: string, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / MINUTE_MS));
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return queue.minutes(minutes);
  if (hours < 24) return queue.hours(hours, minutes % 60);
  return queue.days(Math.floor(hours / 24), hours % 24);
}
