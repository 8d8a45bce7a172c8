import { isClosedEvidence, isContradiction, type CaseCard } from '../../domain/case/case';
import { BREAK_KINDS } from '../../domain/reconciliation/breaks';
import type { SignedIn } from '../visit';

/** What a case is about, in the visitor's language: how its purchase was ended, or what a comparison found. */
export function foundInPlainWords(
  { words, say, language }: SignedIn,
  evidence: CaseCard['evidence'],
): string {
  if (isContradiction(evidence)) return words.cases.denied;
  return isClosedEvidence(evidence)
    ? words.cases.endedWhile(say.workflowEnd(evidence.status.toLowerCase()), say.state(evidence.state))
    : words.cases.foundOn(BREAK_KINDS[evidence.breakKind][language], evidence.day);
}

/** What is wrong, and how it can be put right; of a purchase that was ended from outside its case alone knows that. */
export function caseInPlainWords({ words, say }: SignedIn, { evidence, subject }: CaseCard): string {
  if (isContradiction(evidence)) return words.cases.contradiction;
  return isClosedEvidence(evidence) ? words.cases.ended.seeCase : say.caseKind(subject.kind);
}
