import { statSync } from 'node:fs';

/** Minimum time between two checks of the file. */
const CHECK_EVERY_MS = 1_000;

export interface Following {
  /** Called once per change that cannot be used; the previous version stays in force. */
  onUnusable: (fault: unknown) => void;
  /** A clock that only goes forward, milliseconds. */
  clock?: () => number;
}

/**
 * The parsed content of a file, reloaded when the file changes. The file is checked on access, so there is no timer to
 * stop.
 * @param read parses the file, or throws when it cannot be used
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
    if (clock() - lookedAt < CHECK_EVERY_MS) return known;
    lookedAt = clock();
    const found = versionOf(file);
    if (found === version) return known;
    version = found; // also for a file that cannot be used, so that it is reported once
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

/** Changes whenever the file does; a replaced file has another inode, even with the same time and size. */
function versionOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.ino}:${stats.mtimeMs}:${stats.size}` : 'none';
}
