import { statSync } from 'node:fs';

/** How often the file is looked at, at most, milliseconds. */
const LOOK_EVERY_MS = 1_000;

export interface Following {
  /** Told once of each change that cannot be used; what was read before it stays in force. */
  onUnusable: (fault: unknown) => void;
  /** A clock that only goes forward, milliseconds. */
  clock?: () => number;
}

/**
 * What a file says, followed as it changes while everything runs. It is looked at when somebody asks, so there is
 * nothing to stop.
 * @param read makes something of the file, or throws when it cannot be used
 * @throws what `read` throws when the file cannot be used to begin with
 */
export function followFile<T>(
  file: string,
  read: (file: string) => T,
  { onUnusable, clock = monotonic }: Following,
): () => T {
  let version = versionOf(file);
  let known = read(file);
  let lookedAt = clock();

  return () => {
    if (clock() - lookedAt < LOOK_EVERY_MS) return known;
    lookedAt = clock();
    const found = versionOf(file);
    if (found === version) return known;
    version = found; // also of a file that cannot be used: it is told once
    try {
      known = read(file);
    } catch (fault) {
      onUnusable(fault);
    }
    return known;
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
