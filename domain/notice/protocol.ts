import { BATCH_NOTICE_IDS, type NoticeId } from '../identifiers';
import type { WebhookPolicy } from './webhook-policy';

/** The names of a notice workflow's query, signal and update; written into histories, so never renamed. */
export const NOTICE_WORKFLOW = 'notice';
export const NOTICE_QUERY = 'notice';
export const DELIVER_NOW_SIGNAL = 'deliverNow';
/** The same as the signal, but refused where it is asked for too often. */
export const DELIVER_NOW_UPDATE = 'deliverNow';
/** The `type` of that refusal; its details say after how many milliseconds to ask again. */
export const ASKED_TOO_OFTEN = 'AskedTooOften';
/** How often a notice is delivered on request within `RESENDS_PERIOD_MS`. */
export const MAX_RESENDS = 6;
export const RESENDS_PERIOD_MS = 60_000;
/** The memo key of the notice; nothing in it is personal. */
export const NOTICE_MEMO = 'addressed';

/** The memo key of the moment since which a notice is delivered, ISO 8601: only of one that continued as new. */
export const NOTICE_SINCE_MEMO = 'since';

/** The one workflow that delivers a notice. */
export function noticeWorkflowId(id: NoticeId): string {
  return `notice:${id}`;
}

/** How the ids of the workflows that deliver notices about batches begin, and no other notice's. */
export const BATCH_NOTICE_WORKFLOWS = `notice:${BATCH_NOTICE_IDS}`;

/** How long an attempt may take, and where it is made; from the purchase's policy. Milliseconds. */
export interface NoticePolicy {
  attemptTimeout: number;
  heartbeatTimeout: number;
  /** Absent in older notices, which are delivered on the workflow's own queue, each attempt once. */
  webhooks?: WebhookPolicy;
  /** Whether the id of each activity names its type and its run; absent in older notices, where it is a number. */
  ownActivityIds?: boolean;
}

/** The part of a longer policy that a notice is started with. */
export function noticePolicy(policy: NoticePolicy): NoticePolicy {
  const { attemptTimeout, heartbeatTimeout, webhooks, ownActivityIds } = policy;
  return {
    attemptTimeout,
    heartbeatTimeout,
    ...(webhooks ? { webhooks } : {}),
    ...(ownActivityIds ? { ownActivityIds } : {}),
  };
}
