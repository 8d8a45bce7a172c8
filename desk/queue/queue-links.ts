import type { BatchId, CaseId, ChannelName } from '../../domain/identifiers';
import type { RegisteredBreak } from '../../domain/reconciliation/break-register';
import type { QueueItem } from '../../operators/queue-item';
import { html, type Html } from '../html';
import type { SignedIn } from '../visit';

/** Where a channel's batch is shown. */
export function batchAddress(channel: ChannelName, id: BatchId): string {
  return `/batches/${channel}/${encodeURIComponent(id)}`;
}

/** Where a case is shown. */
export function caseAddress(id: CaseId): string {
  return `/cases/${encodeURIComponent(id)}`;
}

/** Where a break is shown. */
export function breakAddress({ day, id }: Pick<RegisteredBreak, 'day' | 'id'>): string {
  return `/breaks/${day}/${encodeURIComponent(id)}`;
}

/** Where something that waits is worked on. */
export function addressOf(item: QueueItem): string {
  switch (item.kind) {
    case 'case':
      return caseAddress(item.id);
    case 'break':
      return breakAddress(item.found);
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

/** What waits for a person next: whoever could not clear one goes on down the list, and from its end to its beginning. */
export function itemAfter(items: readonly QueueItem[], address: string): QueueItem | undefined {
  const forPeople = items.filter(({ waitsFor }) => waitsFor === 'person');
  const at = forPeople.findIndex((item) => addressOf(item) === address);
  return forPeople[at + 1] ?? forPeople.find((item) => addressOf(item) !== address);
}

/** Who clears a queue goes on without looking for it. */
export function nextInQueue({ words }: SignedIn, next: QueueItem | undefined): Html {
  if (!next) return html`<p><a href="/">${words.queue.back}</a></p>`;
  return html`<p>
    <a id="next" href="${addressOf(next)}"
      >${words.queue.next}: ${words.queue.kinds[next.kind]} ${nameOf(next)}</a
    >
  </p>`;
}
