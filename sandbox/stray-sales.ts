import { purchaseId, transactionId, type PurchaseId } from '../domain/identifiers';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import { BREAK_NUMBER } from './test-numbers';

const DAY_MS = 24 * 60 * 60 * 1000;
const STRAY_MSISDN = `84${BREAK_NUMBER.slice(1)}`;

export function isStray(msisdn: string): boolean {
  return msisdn === STRAY_MSISDN;
}

/**
 * A sale that nobody ordered here: those of the next day for the number that makes a break, as if MobiFone had made
 * each on the day before already. A day can be reconciled when it is over, so the break must not wait for tomorrow.
 */
export function straySales(linesOfNextDay: readonly SettlementLine[]): SettlementLine[] {
  return linesOfNextDay
    .filter(({ kind, state }) => kind !== 'rollback' && state === 'done')
    .map((line) => {
      const stray = strayOf(line.purchaseId);
      const transaction = line.kind === 'charge' ? 'charge' : 'registration';
      return {
        ...line,
        reference: `MFX${line.reference.slice(2)}`,
        purchaseId: stray,
        transactionId: transactionId(stray, transaction),
        at: line.at - DAY_MS,
      };
    });
}

/** An id that no order of ours has: the same letters, backwards. */
function strayOf(id: PurchaseId): PurchaseId {
  const letters = id.slice('pur_'.length);
  return purchaseId(`pur_${Array.from(letters).toReversed().join('')}`);
}
