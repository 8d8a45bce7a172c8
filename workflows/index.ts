export { idempotencyKey } from './idempotency-key';
export { purchase } from './purchase';
