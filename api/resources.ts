import type { ApiResource } from './resource';
import { account } from './account/routes';
import { batches } from './batches/routes';
import { eligibility } from './eligibility/routes';
import { health } from './health/routes';
import { notices } from './notices/routes';
import { packages } from './packages/routes';
import { purchaseEvents } from './purchase-events/routes';
import { postedSearch, purchaseSearch } from './purchase-search/routes';
import { purchaseValidation } from './purchase-validation/routes';
import { purchases } from './purchases/routes';
import { status } from './status/routes';
import { statements } from './statements/routes';
import { webhook } from './webhook/routes';

/**
 * Every resource of the API, in the order in which a request is offered to their routes. "validate" and "search" are
 * valid external ids as well: `purchaseValidation` and `postedSearch` leave their GET to `purchases`. `purchaseSearch`
 * comes after all routes below `/v1/purchases/{externalId}`, as its older address by our id is one of those too.
 */
export const RESOURCES: readonly ApiResource[] = [
  purchaseValidation,
  postedSearch,
  purchases,
  purchaseEvents,
  batches,
  notices,
  webhook,
  purchaseSearch,
  packages,
  eligibility,
  account,
  statements,
  status,
  health,
];
