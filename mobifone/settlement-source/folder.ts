import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { copy, tooLarge } from './copy';
import { placeOf, SourceFault, type SettlementSource, type SourceLimits } from './source';

/** A file that changed within this time may still be written, milliseconds. */
export const SETTLED_AFTER_MS = 60_000;

/**
 * Files that somebody puts into a folder, such as an upload by SFTP.
 * @param template the path of a file, with `{date}` and perhaps `{kind}`
 * @param now milliseconds since 1970
 */
export function folderSource(
  template: string,
  { largestBytes }: Pick<SourceLimits, 'largestBytes'>,
  now: () => number = Date.now,
): SettlementSource {
  return {
    hasCorrections: template.includes('{kind}'),
    async fetch(wanted, into, signal) {
      const file = placeOf(template, wanted);
      const name = path.basename(file);
      try {
        const before = await stat(file);
        if (!before.isFile()) return { kind: 'refused', detail: `${name} is not a file` };
        if (now() - before.mtimeMs < SETTLED_AFTER_MS) {
          return { kind: 'not_there', detail: `${name} changed within the last minute` };
        }
        if (before.size > largestBytes) return { kind: 'refused', detail: tooLarge(largestBytes) };
        const outcome = await copy(createReadStream(file), into, largestBytes, signal);
        const after = await stat(file);
        if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
          return { kind: 'not_there', detail: `${name} changed while it was read` };
        }
        return outcome;
      } catch (fault) {
        signal.throwIfAborted();
        const code = String((fault as NodeJS.ErrnoException).code ?? fault); // Node's file errors carry a code
        if (code === 'ENOENT') return { kind: 'not_there', detail: `there is no ${name}` };
        if (code === 'EACCES' || code === 'EPERM') {
          return { kind: 'refused', detail: `${name} may not be read (${code})` };
        }
        throw new SourceFault(`${name} cannot be read (${code})`);
      }
    },
  };
}
