import { constants, type Stats } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
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

const { O_RDONLY, O_NONBLOCK } = constants;
/** Whoever puts files there could lead us to a file that only we may read. Windows has no such flag. */
const NOT_BY_LINK = (constants.O_NOFOLLOW as number | undefined) ?? 0; // the types know no Windows

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
      if (await leadsElsewhere(template, file)) return { kind: 'refused', detail: isLink(name) };
      let handle: FileHandle | undefined;
      try {
        handle = await open(file, O_RDONLY | O_NONBLOCK | NOT_BY_LINK); // a pipe is not waited for
        const before = await handle.stat();
        if (!before.isFile()) return { kind: 'refused', detail: `${name} is not a file` };
        if (unchanged.forMs(file, before) < SETTLED_AFTER_MS) {
          return { kind: 'not_there', detail: `${name} changed within the last minute`, isChanging: true };
        }
        if (before.size > largestBytes) return { kind: 'refused', detail: tooLarge(largestBytes) };
        const outcome = await copy(handle.createReadStream({ autoClose: false }), into, largestBytes, signal);
        const after = await stat(file);
        if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
          return { kind: 'not_there', detail: `${name} changed while it was read`, isChanging: true };
        }
        return outcome;
      } catch (fault) {
        signal.throwIfAborted();
        const code = String((fault as NodeJS.ErrnoException).code ?? fault); // Node's file errors carry a code
        if (code === 'ENOENT') return { kind: 'not_there', detail: `there is no ${name}` };
        if (code === 'ELOOP') return { kind: 'refused', detail: isLink(name) };
        if (code === 'EACCES' || code === 'EPERM') {
          return { kind: 'refused', detail: `no permission to read ${name} (${code})` };
        }
        throw new SourceFault(`${name} cannot be read (${code})`);
      } finally {
        await handle?.close();
      }
    },
  };
}

function isLink(name: string): string {
  return `${name} is a link, or in a folder that is one: put the file itself there`;
}

/** Whether a folder that is named by the date is a link to another place. */
async function leadsElsewhere(template: string, file: string): Promise<boolean> {
  try {
    const fixed = path.dirname(template.slice(0, template.indexOf('{') + 1));
    const [above, folder] = await Promise.all([realpath(fixed), realpath(path.dirname(file))]);
    return folder !== path.join(above, path.relative(fixed, path.dirname(file)));
  } catch {
    return false; // there is no such folder, which opening the file tells
  }
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
