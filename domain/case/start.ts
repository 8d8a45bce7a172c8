import { markdownText } from '../harmless-text';
import { CASE_MEMO, CASE_STATE_MEMO } from './protocol';
import { caseCard, foundInWords, type CaseOrder, type CaseState } from './case';
import { localDay } from '../local-time';
import { SEARCH_ATTRIBUTES } from '../search-attributes';

/** The start options of a case's workflow, for lists, searches and the Web UI. */
export function caseStart(order: CaseOrder) {
  const { purchase } = order;
  return {
    memo: { [CASE_MEMO]: caseCard(order), [CASE_STATE_MEMO]: 'open' satisfies CaseState },
    staticDetails: `About order ${markdownText(purchase.externalId)} of ${purchase.channel}, purchase ${purchase.purchaseId}.`,
    priority: { fairnessKey: purchase.channel },
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.channel, value: purchase.channel },
      { key: SEARCH_ATTRIBUTES.purchaseId, value: purchase.purchaseId },
      { key: SEARCH_ATTRIBUTES.purchaseDay, value: localDay(new Date(purchase.acceptedAt)) },
      { key: SEARCH_ATTRIBUTES.needsAttention, value: true },
      { key: SEARCH_ATTRIBUTES.attentionReason, value: 'case_open' },
    ],
  };
}

/** What a case is about, in the Web UI's list. */
export function caseSummary({ subject, evidence, purchase }: CaseOrder): string {
  return `${subject.kind}: ${foundInWords(evidence)}, ${evidence.atStake} VND, ${purchase.channel}`;
}
