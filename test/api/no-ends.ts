import type { RowSources } from '../../client/row-outcome';

/** No purchase was ended from outside, or none of those was settled. */
export const NO_ENDS: RowSources['ends'] = {
  refund: () => Promise.resolve(undefined),
  isCaseOver: () => Promise.resolve(false),
};
