export { control } from './control';
export { idempotencyKey } from './idempotency-key';
export { eligibility } from './eligibility';
export { notice } from './notice';
export { purchase } from './purchase';
