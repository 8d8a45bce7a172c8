import { statSync } from 'node:fs';
import { keyRingOf, type KeyRing, type PeriodKey } from './key-ring';
import { readKeyRing } from './key-ring-file';

/** How often the file is looked at, at most, milliseconds. */
const LOOK_EVERY_MS = 1_000;

interface Following {
  /** Told once of each change that cannot be used; the ring before it stays in force. */
  onUnusable: (fault: unknown) => void;
  /** A clock that only goes forward, milliseconds. */
  clock?: () => number;
}

/**
 * The key ring of a file, followed as it changes, so that keys are rotated and shredded while everything runs. It is
 * looked at when somebody asks, so there is nothing to stop.
 * @throws UnusableFile when there is none to begin with
 */
export function followKeyRing(file: string, { onUnusable, clock = monotonic }: Following): KeyRing {
  let version = versionOf(file);
  let ring = keyRingOf(readKeyRing(file));
  let lookedAt = clock();

  function now(): KeyRing {
    if (clock() - lookedAt < LOOK_EVERY_MS) return ring;
    lookedAt = clock();
    const found = versionOf(file);
    if (found === version) return ring;
    version = found; // also of a file that cannot be used: it is told once
    try {
      ring = keyRingOf(readKeyRing(file));
    } catch (fault) {
      onUnusable(fault);
    }
    return ring;
  }

  return {
    current: (): PeriodKey => now().current(),
    byId: (id) => now().byId(id),
    all: () => now().all(),
  };
}

function monotonic(): number {
  return performance.now();
}

/** Changes whenever the file does; a file that is replaced has another number even at the same time and size. */
function versionOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.ino}:${stats.mtimeMs}:${stats.size}` : 'none';
}
