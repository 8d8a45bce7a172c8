import type { NoticeId } from './identifiers';

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

/** How long an attempt may take; from the purchase's policy. Milliseconds. */
export interface NoticePolicy {
  attemptTimeout: number;
  heartbeatTimeout: number;
}
