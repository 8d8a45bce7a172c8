import { activityMutations } from './lists/activities';
import { attemptMutations } from './lists/attempt';
import { caseMutations } from './lists/case';
import { controlMutations } from './lists/control';
import { saleAttemptMutations } from './lists/sale-attempt';
import { gatewayCallMutations } from './lists/gateway-calls';
import { updateMutations } from './lists/updates';
import { noticeMutations } from './lists/notice';
import { recordMutations } from './lists/record-and-activities';
import { purchaseMutations } from './lists/purchase';
import { stepMutations } from './lists/purchase-steps';
import { reconciliationMutations } from './lists/reconciliation';
import { runMutations } from './lists/runs';
import { settleMutations } from './lists/settle';
import { stepRunnerMutations } from './lists/step-runner';
import type { Mutation } from './mutation';

/** Every way in which the saga is broken on purpose; `npm run test:mutation` proves that the tests notice each. */
export const MUTATIONS: readonly Mutation[] = [
  ...purchaseMutations,
  ...stepMutations,
  ...saleAttemptMutations,
  ...stepRunnerMutations,
  ...runMutations,
  ...updateMutations,
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
