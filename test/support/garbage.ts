import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // what the flag brings

/** How many of them something still holds. */
export async function stillHeld(refs: readonly WeakRef<object>[]): Promise<number> {
  await setImmediate(); // a WeakRef holds its target until the turn is over
  collectGarbage();
  return refs.filter((ref) => ref.deref() !== undefined).length;
}
