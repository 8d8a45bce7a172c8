export { idempotencyKey } from './idempotency-key';
export { eligibility } from './eligibility';
export { purchase } from './purchase';
