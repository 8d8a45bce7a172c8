import { z } from 'zod';
import { PURCHASE_OUTCOMES, PURCHASE_STATE_NAMES } from '../../domain/purchase/states';

export const purchaseState = z.enum(PURCHASE_STATE_NAMES).meta({ id: 'PurchaseState' });
export const purchaseOutcome = z.enum(PURCHASE_OUTCOMES).meta({ id: 'PurchaseOutcome' });

/** Written out, since generators of clients drop a nullable reference, and PHP's the value of one among several. */
export const stateOrNull = z.enum(PURCHASE_STATE_NAMES).nullable();
export const outcomeOrNull = z
  .enum(PURCHASE_OUTCOMES)
  .nullable()
  .meta({ description: 'Final result of the purchase; null until it is known.' });
