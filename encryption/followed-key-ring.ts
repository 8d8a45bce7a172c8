import { followFile, type Following } from '../runtime/followed-file';
import { keyRingOf, type KeyRing, type PeriodKey } from './key-ring';
import { readKeyRing } from './key-ring-file';

/**
 * The key ring of a file, followed as it changes, so that keys are rotated and shredded while everything runs.
 * @throws UnusableFile when there is none to begin with
 */
export function followKeyRing(file: string, following: Following): KeyRing {
  const now = followFile(file, (path) => keyRingOf(readKeyRing(path)), following);
  return {
    current: (): PeriodKey => now().current(),
    byId: (id) => now().byId(id),
    all: () => now().all(),
  };
}
