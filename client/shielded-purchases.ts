import type { Purchases } from './purchases';
import type { Strain } from './strain';

/** The same purchases, of which nobody waits for a Temporal that answers nobody. */
export function shieldPurchases(purchases: Purchases, strain: Strain): Purchases {
  return {
    submit: (...asked) => strain.guard(() => purchases.submit(...asked)),
    find: (...asked) => strain.guard(() => purchases.find(...asked)),
    cancel: (...asked) => strain.guard(() => purchases.cancel(...asked)),
    eventsAfter: (...asked) => strain.guard(() => purchases.eventsAfter(...asked)),
    ready: () => purchases.ready(), // asked for this very reason
  };
}
