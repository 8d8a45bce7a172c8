/** A build whose every workflow task fails, as when worker after worker dies with the task in its hands. */
export async function purchase(): Promise<never> {
  throw new TypeError('this workflow task never completes');
}
