import type { NoticeId } from '../identifiers';
import type { WebhookPolicy } from './webhook-policy';

/** The names by which the world talks to a notice workflow; written into histories, so never renamed. */
export const NOTICE_WORKFLOW = 'notice';
export const NOTICE_QUERY = 'notice';
export const DELIVER_NOW_SIGNAL = 'deliverNow';
/** Where the notice is kept for those who find its workflow; nothing in it is personal. */
export const NOTICE_MEMO = 'addressed';

/** The one workflow that delivers a notice. */
export function noticeWorkflowId(id: NoticeId): string {
  return `notice:${id}`;
}

/** How long an attempt may take, and where it is made; from the purchase's policy. Milliseconds. */
export interface NoticePolicy {
  attemptTimeout: number;
  heartbeatTimeout: number;
  /** Absent in older notices, which are delivered on the workflow's own queue, each attempt once. */
  webhooks?: WebhookPolicy;
}

/** What of a longer policy a notice is started with. */
export function noticePolicy({ attemptTimeout, heartbeatTimeout, webhooks }: NoticePolicy): NoticePolicy {
  return { attemptTimeout, heartbeatTimeout, ...(webhooks ? { webhooks } : {}) };
}
