import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What makes a Go program tell of each of its garbage collections on standard error. */
export const TELL_COLLECTIONS = 'gctrace=1';

/** `gc 140 @2349.3s 1%: …, 264->269->137 MB, 276 MB goal, …`: before, at its end, and what is alive. */
const COLLECTION = /^gc \d+ @.* \d+->\d+->(\d+) MB, (\d+) MB goal/gm;
/** The part that watches the server writes to the same log, and runs a small Go program itself. */
const LEAST_GOAL_MB = 32;

/**
 * What the Temporal server had alive after its last collection. Its memory as the system sees it says less: Go lets it grow
 * to twice of that, and gives it back when it likes.
 * @param log what the server has written
 * @returns bytes; nothing before the first collection
 */
export function goLiveHeapBytes(log: string): number | undefined {
  const last = [...log.matchAll(COLLECTION)].findLast(([, , goal]) => Number(goal) >= LEAST_GOAL_MB);
  return last && Number(last[1]) * 1024 ** 2;
}

/**
 * The environment of a Node program that tells what each of its full garbage collections leaves.
 * @param folder for it alone, which exists
 */
export function tellLiveHeap(folder: string): { NODE_OPTIONS: string; LIVE_HEAP_FOLDER: string } {
  const before = process.env['NODE_OPTIONS'] ?? '';
  const tells = `--require ${path.join(__dirname, 'tell-live-heap.cjs')}`;
  return { NODE_OPTIONS: `${before} ${tells}`.trim(), LIVE_HEAP_FOLDER: folder };
}

/**
 * What a Node process has told: the heaps of all its threads, with the buffers that they hold outside.
 * @returns bytes; nothing before the first full collection
 */
export function nodeLiveHeapBytes(folder: string, pid: number): number | undefined {
  const heaps = readdirSync(folder)
    .filter((file) => file.startsWith(`${pid}.`))
    .map((file) => Number(readFileSync(path.join(folder, file), 'utf8')));
  return heaps.length === 0 ? undefined : heaps.reduce((sum, bytes) => sum + bytes, 0);
}
