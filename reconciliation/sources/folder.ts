import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { copy, tooLarge } from './copy';
import {
  placeOf,
  SourceFault,
  type SettlementSource,
  type SourceLimits,
} from '../../domain/reconciliation/settlement-source';

/** A file that changed within this time may still be written, milliseconds. */
export const SETTLED_AFTER_MS = 60_000;

/** Two clocks, since a file's own time is one of the wall clock, which may be set. */
export interface SourceClocks {
  /** Milliseconds since the epoch. */
  wallMs: () => number;
  /** Milliseconds on a clock that never goes back. */
  steadyMs: () => number;
}
const REAL_CLOCKS: SourceClocks = { wallMs: () => Date.now(), steadyMs: () => performance.now() };

/**
 * Files that somebody puts into a folder, such as an upload by SFTP.
 * @param template the path of a file, with `{date}` and perhaps `{kind}`
 */
export function folderSource(
  template: string,
  { largestBytes }: Pick<SourceLimits, 'largestBytes'>,
  clocks: SourceClocks = REAL_CLOCKS,
): SettlementSource {
  const unchanged = new UnchangedFiles(clocks);
  return {
    hasCorrections: template.includes('{kind}'),
    hasParts: template.includes('{part}'),
    async fetch(wanted, into, signal) {
      const file = placeOf(template, wanted);
      const name = path.basename(file);
      try {
        const before = await stat(file);
        if (!before.isFile()) return { kind: 'refused', detail: `${name} is not a file` };
        if (unchanged.forMs(file, before) < SETTLED_AFTER_MS) {
          return { kind: 'not_there', detail: `${name} changed within the last minute`, isChanging: true };
        }
        if (before.size > largestBytes) return { kind: 'refused', detail: tooLarge(largestBytes) };
        const outcome = await copy(createReadStream(file), into, largestBytes, signal);
        const after = await stat(file);
        if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
          return { kind: 'not_there', detail: `${name} changed while it was read`, isChanging: true };
        }
        return outcome;
      } catch (fault) {
        signal.throwIfAborted();
        const code = String((fault as NodeJS.ErrnoException).code ?? fault); // Node's file errors carry a code
        if (code === 'ENOENT') return { kind: 'not_there', detail: `there is no ${name}` };
        if (code === 'EACCES' || code === 'EPERM') {
          return { kind: 'refused', detail: `no permission to read ${name} (${code})` };
        }
        throw new SourceFault(`${name} cannot be read (${code})`);
      }
    },
  };
}

/** For how long files have not changed, by their own time, or by how long this process has seen them as they are. */
class UnchangedFiles {
  private readonly seen = new Map<string, { version: string; since: number }>();

  constructor(private readonly clocks: SourceClocks) {}

  /**
   * A file's own time may lie in the future, as its writer set it: then the machine's time of its last change counts. If that
   * lies in the future too, since a clock was set back, it is settled once it was seen unchanged for long.
   */
  forMs(file: string, { ino, size, mtimeMs, ctimeMs }: Stats): number {
    const version = `${ino}:${size}:${mtimeMs}`;
    const now = this.clocks.steadyMs();
    const known = this.seen.get(file);
    const since = known?.version === version ? known.since : now;
    this.seen.set(file, { version, since });
    const wall = this.clocks.wallMs();
    const changedAt = mtimeMs > wall ? ctimeMs : mtimeMs;
    return Math.max(wall - changedAt, now - since);
  }
}
