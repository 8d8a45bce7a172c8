import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

/** The SDK's own `historyToJSON` throws in 1.24.0; protobuf's plain objects go both ways. */
const { History } = temporal.api.history.v1;

const PLAIN = { enums: String, longs: String, bytes: String };
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
    const plain = History.toObject(History.create(await handle.fetchHistory()), PLAIN);
    writeFileSync(file, `${JSON.stringify(plain, null, 1)}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // what writeFileSync throws
  }
}

/** Every history ever recorded. */
export function recordedHistories(): { name: string; history: temporal.api.history.v1.IHistory }[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      name: path.basename(file, '.json'),
      history: History.fromObject(JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8'))),
    }));
}
