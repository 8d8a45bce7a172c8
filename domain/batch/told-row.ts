import { maskMsisdn } from '../msisdn';
import type { BatchRow, RowOutcome } from './batch';
import type { ToldRow } from './protocol';

/**
 * A row with what came of it, its number masked.
 * @param outcome null where it has not begun
 */
export function toldRow([externalId, msisdn, code]: BatchRow, outcome: RowOutcome | null): ToldRow {
  const [result, reason, faceValue, discount] = outcome ?? (['not_begun', null, 0, 0] as const);
  return [externalId, maskMsisdn(msisdn), code, result, reason, faceValue, discount];
}
