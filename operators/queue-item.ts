import type { CaseCard, CaseState } from '../domain/case/case';
import type { BatchId, ChannelName, ExternalId, PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { NoticeType } from '../domain/notice/notice';
import type { AttentionReason } from '../domain/purchase/attention';
import type { PurchaseState } from '../domain/purchase/states';
import type { PurchaseStep } from '../domain/purchase/steps';
import type { RegisteredBreak } from '../domain/reconciliation/break-register';

interface Waiting {
  /** `machine`: only an answer of MobiFone's, or a case that is about to be opened, ends it; a person can ask sooner. */
  waitsFor: 'person' | 'machine';
  /** ISO 8601, UTC: the queue is sorted by it, the oldest first. */
  since: string;
  channel: ChannelName | null;
  package: string | null;
  /** Whole đồng. */
  atStake: number;
}

interface AboutPurchase extends Waiting {
  purchaseId: PurchaseId;
  externalId: ExternalId | null;
}

/** The notice that a batch is over. No money depends on it: each row that is to be refunded has a notice of its own. */
interface AboutBatch extends Waiting {
  kind: 'batch_notice';
  notice: NoticeType;
  channel: ChannelName;
  batchId: BatchId;
  purchaseId: null;
}

/** Something that is not as it should be. */
export type QueueItem = AboutBatch | AboutPurchaseItem;

type AboutPurchaseItem = AboutPurchase &
  (
    | {
        kind: 'purchase';
        reason: AttentionReason;
        state: PurchaseState;
        /** Null where it is not known: after the outcome, and of a purchase that was ended from outside. */
        step: PurchaseStep | null;
        /** What an operator stated, where MobiFone has to confirm it. */
        stated?: 'charge' | 'rollback';
      }
    /** `cutOff`: its workflow was ended from outside; it is to be opened again. */
    | { kind: 'case'; id: CaseCard['id']; state: CaseState; cutOff: boolean; card: CaseCard }
    | { kind: 'notice'; notice: NoticeType }
    | { kind: 'break'; id: string; found: RegisteredBreak }
  );

/** Things of one sort that are not listed, since more important ones take the places. */
export interface Unlisted {
  kind: QueueItem['kind'];
  /** Of purchases. */
  reason: AttentionReason | null;
  /** Null for channels that are not counted one by one. */
  channel: string | null;
  count: number;
}

/** What is wanted of the queue; an empty text filters nothing. */
export interface QueueFilter {
  kind: string;
  /** As `reasonKey` writes it. */
  reason: string;
  channel: string;
  package: string;
}

/** All that waits for a person, and what waits for a machine only. */
export interface Queue {
  items: readonly QueueItem[];
  /** How many more there are. */
  unlisted: readonly Unlisted[];
  /** Running batches of which it was not looked up whether they can be read. */
  batchesNotLookedAt: number;
  /** Workflows of purchases, batches, cases, notices and breaks that cannot be read: another program started them, or their key is missing. */
  unreadable: readonly string[];
  /** Days whose breaks could not be read, since no worker answers. */
  unreadDays: readonly LocalDay[];
}

/** Lets everything through. */
export const NO_FILTER: QueueFilter = { kind: '', reason: '', channel: '', package: '' };

/** What a filter and an address call the reason of something. */
export function reasonKey(item: QueueItem): string {
  switch (item.kind) {
    case 'purchase':
      return item.reason;
    case 'case':
      return `case_${item.card.subject.kind}`;
    case 'notice':
    case 'batch_notice':
      return item.kind;
    case 'break':
      return `break_${item.found.kind}`;
  }
}

/** Whether a filter lets something through. */
export function isWanted(item: QueueItem, { kind, reason, channel, package: code }: QueueFilter): boolean {
  return (
    (kind === '' || item.kind === kind) &&
    (reason === '' || reasonKey(item) === reason) &&
    (channel === '' || item.channel === channel) &&
    (code === '' || item.package === code)
  );
}
