import type { DayExport } from '../../archive/export-day';
import type { Manifest } from '../../archive/manifest';

/** What a person at the terminal is told of a day that was exported. */
export function inWords({ manifest, kept }: DayExport): string {
  const { day, counts, sold } = manifest;
  const standing = kept ? 'complete already' : whatIsMissing(manifest).join('; ') || 'complete';
  return `${day}: ${counts.purchases} purchases, ${sold.count} sold for ${sold.faceValue}, ${sold.discount} discount, ${sold.payable} payable; ${standing}`;
}

function whatIsMissing({ day, counts, allListed }: Manifest): string[] {
  return [
    ...(counts.open > 0 ? [`${counts.open} still open: run it again when they are over`] : []),
    ...(counts.unreadable > 0
      ? [`${counts.unreadable} could not be read: run it again with the key of their payloads`]
      : []),
    ...(allListed
      ? []
      : [`the day is not known to be whole: ${day} is not over, or Temporal’s retention has passed it`]),
  ];
}
