/**
 * A channel's claim on selling a package to a subscriber: held while this is open, so that the same sale under another
 * order id is noticed. It is started with a delay, the time for which the claim holds, and does nothing after it. A claim
 * that is released before is terminated, since nothing else ends a workflow that waits for its start.
 */
export async function orderClaim(): Promise<void> {}
