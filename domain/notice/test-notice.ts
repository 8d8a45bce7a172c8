import type { RowOutcome } from '../batch/batch';
import { countOutcomes, newProgress } from '../batch/progress';
import type { CASE_REFUND_REASONS } from '../case/case';
import { packageCode } from '../catalogue/packages';
import type { ChannelName, ExternalId, NoticeId } from '../identifiers';
import { batchId, externalId, purchaseId } from '../identifiers';
import { PURCHASE_STATE_NAMES, type PurchaseState } from '../purchase/states';
import type { ReasonCode } from '../purchase/reasons';
import { vnd } from '../vnd';
import {
  BATCH_END_STATES,
  type BatchNotice,
  type Notice,
  type NoticeAttempt,
  type NoticeType,
} from './notice';

/** The activity's name: a channel asks for a test notice without a workflow. */
export const TEST_NOTICE_ACTIVITY = 'deliverTestNotice';

/** The types of real notices. */
export const NOTICE_TYPES: readonly [NoticeType, ...NoticeType[]] = [
  'purchase.refund_due',
  'purchase.case_refund_due',
  ...PURCHASE_STATE_NAMES.map((state) => `purchase.${state}` as const),
  ...BATCH_END_STATES.map((state) => `batch.${state}` as const),
];
/** A notice about nothing, and one of each kind that is marked as a test. */
export const TEST_NOTICE_TYPES: readonly ['webhook.ping', ...NoticeType[]] = [
  'webhook.ping',
  ...NOTICE_TYPES,
];
export type TestNoticeType = (typeof TEST_NOTICE_TYPES)[number];

/** The id of one test notice, `test_…`; never that of a real one, so that it is not in any log. */
export type TestNoticeId = string & { readonly __brand: 'TestNoticeId' };
const TEST_NOTICE_ID_PATTERN = /^test_[0-9a-f]{32}$/;

/** @throws RangeError when the id is not `test_` and 32 hexadecimal digits */
export function testNoticeId(text: string): TestNoticeId {
  if (!TEST_NOTICE_ID_PATTERN.test(text)) throw new RangeError(`"${text}" is not the id of a test notice`);
  return text as TestNoticeId; // just checked
}

/** A test notice that is to be sent to its channel's webhook, once. */
export interface TestNotice {
  id: TestNoticeId;
  channel: ChannelName;
  type: TestNoticeType;
  /** ISO 8601, UTC. */
  occurredAt: string;
}

/** What was sent, to the letter, so that a developer can verify the signature by hand. */
export interface SentNotice {
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What came of a test notice; `sent` is null where nothing was sent. */
export interface TestDelivery {
  delivered: boolean;
  attempt: NoticeAttempt;
  sent: SentNotice | null;
}

/** An order that no channel has: the purchase's id cannot be derived from any. */
const NO_PURCHASE = purchaseId(`pur_${'test'.repeat(6)}te`);

/** A notice of that kind, as it would be about a real purchase. */
export function sampleNotice({ id, type, occurredAt }: TestNotice): Notice | undefined {
  if (type === 'webhook.ping') return undefined;
  const about = {
    id: id as string as NoticeId, // of a test, and told by its form
    purchaseId: NO_PURCHASE,
    externalId: sampleExternalId(id),
    occurredAt,
  };
  const amount = vnd(90_000);
  if (type === 'purchase.refund_due') {
    return { ...about, outcome: 'rolled_back', refusal: 'insufficient_balance', amount };
  }
  if (type === 'purchase.case_refund_due') return { ...about, caseReason: ANY_CASE_REASON, amount };
  const batchEnd = BATCH_END_STATES.find((end) => type === `batch.${end}`);
  if (batchEnd) return sampleBatchNotice(id, batchEnd, occurredAt);
  const state = type.slice('purchase.'.length) as PurchaseState; // the types of states are made so
  return {
    ...about,
    sequence: 1 + PURCHASE_STATE_NAMES.indexOf(state),
    state,
    reason: SAMPLE_REASONS[state] ?? null,
    package: packageCode('D90'),
    faceValue: amount,
  };
}

/** A reason with which a purchase gets there. */
const SAMPLE_REASONS: Partial<Record<PurchaseState, ReasonCode>> = {
  rolling_back: 'insufficient_balance',
  rejected: 'subscriber_not_found',
  rolled_back: 'insufficient_balance',
  cancelled: 'cancelled_by_channel',
  given_up: 'given_up_by_operator',
};

/** A batch of two rows: one that was sold, and one that was refused, or that had not begun when it was cancelled. */
function sampleBatchNotice(
  id: TestNoticeId,
  state: BatchNotice['progress']['state'],
  occurredAt: string,
): BatchNotice {
  const outcomes: (RowOutcome | null)[] = [
    ['succeeded', null, 90_000, 5_850],
    state === 'completed' ? ['refused', 'number_blocked', 0, 0] : null,
  ];
  const progress = { ...newProgress(outcomes.length, occurredAt), ...countOutcomes(outcomes) };
  return {
    id: id as string as NoticeId, // of a test, and told by its form
    batchId: batchId(`test-${id.slice(-8)}`),
    progress: { ...progress, state, endedAt: occurredAt },
    occurredAt,
  };
}

const ANY_CASE_REASON = 'missing_at_mobifone' satisfies keyof typeof CASE_REFUND_REASONS;

function sampleExternalId(id: TestNoticeId): ExternalId {
  return externalId(`test-${id.slice(-8)}`);
}
