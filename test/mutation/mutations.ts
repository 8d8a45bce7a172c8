import { activityMutations } from './lists/activities';
import { attemptMutations } from './lists/attempt';
import { caseMutations } from './lists/case';
import { controlMutations } from './lists/control';
import { firstTryMutations } from './lists/first-try';
import { gatewayCallMutations } from './lists/gateway-calls';
import { interventionMutations } from './lists/interventions';
import { noticeMutations } from './lists/notice';
import { recordMutations } from './lists/record-and-calls';
import { purchaseMutations } from './lists/purchase';
import { stepMutations } from './lists/purchase-steps';
import { reconciliationMutations } from './lists/reconciliation';
import { runMutations } from './lists/runs';
import { settleMutations } from './lists/settle';
import { settlingMutations } from './lists/settling';
import type { Mutation } from './mutation';

/** Every way in which the saga is broken on purpose; `npm run test:mutation` proves that the tests notice each. */
export const MUTATIONS: readonly Mutation[] = [
  ...purchaseMutations,
  ...stepMutations,
  ...firstTryMutations,
  ...settlingMutations,
  ...runMutations,
  ...interventionMutations,
  ...recordMutations,
  ...settleMutations,
  ...attemptMutations,
  ...gatewayCallMutations,
  ...activityMutations,
  ...noticeMutations,
  ...reconciliationMutations,
  ...controlMutations,
  ...caseMutations,
];
