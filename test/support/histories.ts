import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Workflow } from '@temporalio/common';

const FOLDER = path.resolve(__dirname, '../histories');

/**
 * Keeps a story's history for ever, so that every later version of the workflow must replay it (I12). Writes only
 * under `npm run histories:record`, and never over a history that is there: those are of released versions.
 */
export async function recordHistory(name: string, handle: WorkflowHandle<Workflow>): Promise<void> {
  if (!process.env['RECORD_HISTORIES']) return;
  mkdirSync(FOLDER, { recursive: true });
  const file = path.join(FOLDER, `${name}.json`);
  try {
    writeFileSync(file, `${historyToJSON(await handle.fetchHistory())}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // what writeFileSync throws
  }
}

/** Every history ever recorded. */
export function recordedHistories(): { name: string; history: ReturnType<typeof historyFromJSON> }[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      name: path.basename(file, '.json'),
      history: historyFromJSON(JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8'))),
    }));
}
