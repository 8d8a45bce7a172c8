import type { QueueItem } from '../../operators/queue';

/** Where something that waits is worked on. */
export function addressOf(item: QueueItem): string {
  switch (item.kind) {
    case 'case':
      return `/cases/${encodeURIComponent(item.id)}`;
    case 'break':
      return `/breaks/${item.found.day}/${encodeURIComponent(item.id)}`;
    case 'purchase':
    case 'notice':
      return `/purchases/${item.purchaseId}`;
  }
}

/** What a channel calls it, where it may be shown; else our own id. */
export function nameOf(item: QueueItem): string {
  if (item.kind === 'break') return item.id;
  return item.externalId ?? item.purchaseId;
}
