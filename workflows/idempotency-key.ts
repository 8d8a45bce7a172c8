/**
 * The record that a channel used an `Idempotency-Key`: its id says which, its memo for what. It does nothing; that
 * it was started is all there is to it, and Temporal keeps it as long as the purchases.
 */
export async function idempotencyKey(): Promise<void> {}
