import type { BatchId, ChannelName } from '../../domain/identifiers';
import type { QueueItem } from '../../operators/queue';

/** Where a channel's batch is shown. */
export function batchAddress(channel: ChannelName, id: BatchId): string {
  return `/batches/${channel}/${encodeURIComponent(id)}`;
}

/** Where something that waits is worked on. */
export function addressOf(item: QueueItem): string {
  switch (item.kind) {
    case 'case':
      return `/cases/${encodeURIComponent(item.id)}`;
    case 'break':
      return `/breaks/${item.found.day}/${encodeURIComponent(item.id)}`;
    case 'batch_notice':
      return batchAddress(item.channel, item.batchId);
    case 'purchase':
    case 'notice':
      return `/purchases/${item.purchaseId}`;
  }
}

/** What a channel calls it, where it may be shown; else our own id. */
export function nameOf(item: QueueItem): string {
  if (item.kind === 'break') return item.id;
  if (item.kind === 'batch_notice') return item.batchId;
  return item.externalId ?? item.purchaseId;
}
