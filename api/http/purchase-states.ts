import { z } from 'zod';
import { PURCHASE_OUTCOMES, PURCHASE_STATE_NAMES } from '../../domain/purchase/states';

export const purchaseState = z.enum(PURCHASE_STATE_NAMES).meta({ id: 'PurchaseState' });
export const purchaseOutcome = z.enum(PURCHASE_OUTCOMES).meta({ id: 'PurchaseOutcome' });

/** `z.union`, since generators of clients drop a nullable reference. */
export const stateOrNull = z.union([purchaseState, z.null()]);
export const outcomeOrNull = z
  .union([purchaseOutcome, z.null()])
  .meta({ description: 'Final result of the purchase; null until it is known.' });
