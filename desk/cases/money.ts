import type { CaseDecision } from '../../domain/case/case';

/** What moves money and is never taken back is confirmed a second time. */
export const MOVES_MONEY: ReadonlySet<CaseDecision> = new Set(['refund', 're_register']);
