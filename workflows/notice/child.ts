import { markdownText } from '../../domain/harmless-text';
import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  type ChildWorkflowOptions,
} from '@temporalio/workflow';
import { NOTICE_MEMO, noticePolicy, noticeWorkflowId, type NoticePolicy } from '../../domain/notice/protocol';
import { isBatchNotice, noticeSubject, noticeType, type AddressedNotice } from '../../domain/notice/notice';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';

/** How a workflow starts one that delivers a notice, and that outlives it. */
export function noticeChild(
  addressed: AddressedNotice,
  policy: NoticePolicy,
): ChildWorkflowOptions & { workflowId: string; args: [AddressedNotice, NoticePolicy] } {
  const { channel, notice } = addressed;
  return {
    workflowId: noticeWorkflowId(notice.id),
    args: [addressed, noticePolicy(policy)],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    cancellationType: ChildWorkflowCancellationType.ABANDON,
    memo: { [NOTICE_MEMO]: addressed },
    staticSummary: `${noticeType(notice)} of ${markdownText(noticeSubject(notice))} to ${channel}`,
    priority: { fairnessKey: channel },
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.channel, value: channel },
      ...(isBatchNotice(notice) ? [] : [{ key: SEARCH_ATTRIBUTES.purchaseId, value: notice.purchaseId }]),
      { key: SEARCH_ATTRIBUTES.noticeDelivered, value: false },
    ],
  };
}
