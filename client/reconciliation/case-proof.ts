import type { CaseCard } from '../../domain/cases';
import { movesMoney, type SettlementLine } from '../../domain/settlement';
import type { Pair } from './classify';
import type { Money } from './money';

/**
 * The line by which MobiFone itself has put an open case right, if the files show one. What the files do not have
 * proves nothing, since a file may be incomplete.
 * @param day the day that was reconciled
 * @returns in words, with MobiFone's reference
 */
export function caseProof(card: CaseCard, pair: Pair, day: string): string | undefined {
  const lines = [...pair.lines, ...pair.neighbours].filter(({ state }) => state !== 'void');
  return card.subject.kind === 'make_good'
    ? saleProof(card, lines)
    : reversalProof(
        card,
        card.subject.reference,
        lines,
        card.evidence.day === day ? pair.correctedBy : undefined,
      );
}

/** MobiFone has the sale after all. */
function saleProof(card: CaseCard, lines: readonly SettlementLine[]): string | undefined {
  const payments = lines.filter(movesMoney);
  const [payment] = payments;
  const whole = payments.length === 1 && payment?.state === 'done' && payment.amount === card.amount;
  if (!whole || lines.some(({ kind }) => kind === 'rollback')) return undefined;
  return `MobiFone’s line ${payment.reference} has the sale`;
}

function reversalProof(
  { evidence }: CaseCard,
  reference: string,
  lines: readonly SettlementLine[],
  correctedBy: Money | undefined,
): string | undefined {
  const wrong = lines.filter((line) => line.reference === reference);
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
  return rollback && `MobiFone’s line ${rollback.reference} (rollback, ${rollback.amount} VND) gives it back`;
}
