import { workflowInfo } from '@temporalio/workflow';

/** How long the thread sleeps at once; between two sleeps the engine can end the turn. */
const NAP_MS = 100;
/** A nap that lasted for so long was a freeze. */
const FREEZE_MS = 5_000;
/** A turn that is never frozen ends as well, after a minute. */
const MOST_NAPS = 600;
/** The turn goes on after the freeze for long enough that a time limit which ran out meanwhile ends it. */
const NAPS_AFTER_WAKING = 5;

/**
 * A workflow with one turn that lasts until its process was frozen, after its first `await`, as nearly all workflow code
 * runs. It writes a line when the turn begins, and one when it ends.
 */
export async function slowTurn(): Promise<string> {
  await Promise.resolve();
  console.log('the turn has begun');
  for (let naps = 0; naps < MOST_NAPS && nap() < FREEZE_MS; naps += 1);
  for (let naps = 0; naps < NAPS_AFTER_WAKING; naps += 1) nap();
  console.log('the turn is over');
  return 'done';
}

/** Sleeps as a thread does; milliseconds that it took. */
function nap(): number {
  const { now } = workflowInfo().unsafe; // the time of the system, not of the workflow
  const from = now();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, NAP_MS);
  return now() - from;
}
