import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { run } from './command';
import { downloadTo, stallGuard } from './download-folder';

const CHILD = join(__dirname, 'sdk-download-child.ts');

/** A server of the SDK's testing package. */
export type SdkServer = 'local' | 'time-skipping';

/**
 * Has the SDK download its own choice of executable, in a process that can be stopped: the SDK's download has no
 * time limit of its own.
 * @throws CommandFailed when the download fails or stands still
 */
export function fetchBySdk(
  server: SdkServer,
  place: string,
  cacheFolder: string,
  stopping?: AbortSignal,
): Promise<string> {
  return downloadTo(place, cacheFolder, async (folder) => {
    const guard = stallGuard(folder);
    try {
      const signal = stopping ? AbortSignal.any([stopping, guard.signal]) : guard.signal;
      await run(process.execPath, typescriptEntry(CHILD, server, folder), { signal });
    } finally {
      guard.stop();
    }
    const file = (await readdir(folder)).find((name) => name.startsWith('temporal'));
    if (!file) throw new Error('the SDK’s download contains no executable');
    return join(folder, file);
  });
}
