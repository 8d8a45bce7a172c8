/** How long the thread sleeps at once; between two sleeps the engine can end the turn. */
const NAP_MS = 100;

/**
 * A workflow with one long turn, after its first `await`, as nearly all workflow code runs. It writes a line when the
 * turn begins, and one when it ends.
 * @param naps how many times it sleeps for 100 ms of the time in which the process runs
 */
export async function slowTurn(naps: number): Promise<string> {
  await Promise.resolve();
  console.log('the turn has begun');
  const clock = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (let nap = 0; nap < naps; nap += 1) Atomics.wait(clock, 0, 0, NAP_MS);
  console.log('the turn is over');
  return 'done';
}
