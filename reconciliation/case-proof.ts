import { isClosedEvidence, type CaseCard, type CaseEvidence } from '../domain/case/case';
import { movesMoney, type SettlementLine } from '../domain/reconciliation/settlement';
import type { Pair } from './comparison';
import type { Money } from './money';
import { shownReference } from './shown-reference';

/**
 * The line by which MobiFone itself has put an open case right, if the files show one. What the files do not have
 * proves nothing, since a file may be incomplete.
 * @param day the day that was reconciled
 * @returns in words, with MobiFone's reference
 */
export function caseProof(
  { subject, evidence, amount }: CaseCard,
  pair: Pair,
  day: string,
): string | undefined {
  const elsewhere = pair.elsewhere.flatMap((file) => file.lines);
  const lines = [...pair.lines, ...elsewhere].filter(({ state }) => state !== 'void');
  if (isClosedEvidence(evidence)) return undefined; // the channel is to be told as well, which no file shows
  switch (subject.kind) {
    case 'make_good':
      return saleProof(amount, lines);
    case 'reversal':
      return reversalProof(
        evidence,
        subject.reference,
        lines,
        evidence.day === day ? pair.correctedBy : undefined,
      );
    case 'workflow_closed':
      return undefined;
  }
}

/** MobiFone has the sale after all. */
function saleProof(amount: number, lines: readonly SettlementLine[]): string | undefined {
  const payments = lines.filter(movesMoney);
  const [payment] = payments;
  const whole = payments.length === 1 && payment?.state === 'done' && payment.amount === amount;
  if (!whole || lines.some(({ kind }) => kind === 'rollback')) return undefined;
  return `MobiFone’s line ${shownReference(payment)} shows the sale`;
}

function reversalProof(
  evidence: CaseEvidence,
  reference: string,
  lines: readonly SettlementLine[],
  correctedBy: Money | undefined,
): string | undefined {
  const wrong = lines.filter((line) => shownReference(line) === reference);
  if (wrong.some(({ state }) => state === 'done')) return undefined;
  if (wrong.length > 0) return `MobiFone’s line ${reference} is reversed`;
  if (correctedBy && correctedBy.gross + evidence.atStake === 0) {
    return `a correction file withdrew MobiFone’s line ${reference}`;
  }
  // A rollback does not say which of several charges it gives back.
  if (evidence.breakKind === 'duplicate_charge') return undefined;
  const rollback = lines.find(
    ({ kind, state, amount }) =>
      kind === 'rollback' &&
      state === 'done' &&
      (evidence.breakKind === 'registered_never_charged' || amount === evidence.atStake),
  );
  return (
    rollback && `MobiFone’s line ${shownReference(rollback)} (rollback, ${rollback.amount} VND) gives it back`
  );
}
