import { statSync } from 'node:fs';
import { UnusableFile } from './json-file';

/** Minimum time between two checks of the file. */
const CHECK_EVERY_MS = 1_000;
/** Time after which a file that still cannot be used is reported again. */
const REPORT_EVERY_MS = 60_000;

/** What each file is called in the metrics. */
export const FOLLOWED_FILES = ['channels', 'keys'] as const;
export type FollowedFile = (typeof FOLLOWED_FILES)[number];

export interface Following {
  /** Called for a changed file that cannot be used, and again each minute; the previous version stays in force. */
  onUnusable: (fault: unknown) => void;
  /** Called when it can be used again. */
  onUsable?: (() => void) | undefined;
  /** A clock that only goes forward, milliseconds. */
  clock?: () => number;
}

/**
 * The parsed content of a file, reloaded when the file changes. The file is checked on access, so there is no timer to
 * stop. A version that could not be used is tried again at each check: what made it unreadable may end without a change.
 * @param read parses the file, or throws when it cannot be used
 * @throws what `read` throws when the file cannot be used to begin with
 */
export function followFile<T>(
  file: string,
  read: (file: string) => T,
  { onUnusable, onUsable, clock = monotonic }: Following,
): () => T {
  let version = versionOf(file);
  let known = read(file);
  let lookedAt = clock();
  let reported: { fault: string; at: number } | undefined;

  return () => {
    if (clock() - lookedAt < CHECK_EVERY_MS) return known;
    lookedAt = clock();
    const found = versionOf(file);
    if (found === version && !reported) return known;
    version = found;
    try {
      refuseOutOfSight(file);
      known = read(file);
      if (reported) onUsable?.();
      reported = undefined;
    } catch (fault) {
      const isNews = reported?.fault !== String(fault) || lookedAt - reported.at >= REPORT_EVERY_MS;
      if (!isNews) return known;
      reported = { fault: String(fault), at: lookedAt };
      onUnusable(fault);
    }
    return known;
  };
}

function monotonic(): number {
  return performance.now();
}

/**
 * @throws UnusableFile when the file has no name any more where it is stored: it is mounted by itself, as into a container, and
 *   whoever replaced it there made another file
 */
function refuseOutOfSight(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.nlink !== 0) return;
  throw new UnusableFile(
    `${file} was replaced where it is mounted from, and the new one cannot be seen here: restart this process, and mount the folder instead of the file.`,
  );
}

/**
 * Changes whenever the file does; a replaced file has another inode, even with the same times and size. The time of the last
 * change of its owner, rights or number of names counts as well.
 */
function versionOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.ino}:${stats.mtimeMs}:${stats.ctimeMs}:${stats.size}` : 'none';
}
