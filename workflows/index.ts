export { purchaseCase as case } from './case';
export { control } from './control';
export { idempotencyKey } from './idempotency-key';
export { eligibility } from './eligibility';
export { notice } from './notice';
export { operationsAlert } from './operations-alert';
export { purchase } from './purchase';
export { reconciliation } from './reconciliation';
export { reconciliations } from './reconciliations';
