import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { FileNotWritten, replaceFile } from '../runtime/whole-file';
import type { KeyRingFile } from './key-ring-file';

/**
 * What a ring leaves beside it, so that its loss is noticed: one sentence, which says that there was a ring, and a line for each
 * key that was in use, was shredded, or whose data was given up. It holds no key.
 */
type Fate = 'key' | 'shredded' | 'given-up';

/**
 * Leaves a trace of a ring where there is none. A ring may be mounted to be read only: then its trace is where it was made.
 * @throws FileNotWritten unless the trace may be missing
 */
export async function leaveTrace(trace: string, ring: string, mayBeMissing = false): Promise<void> {
  if (existsSync(trace)) return;
  try {
    await replaceFile(trace, `Data is encrypted with ${ring}.\n`);
  } catch (fault) {
    if (!mayBeMissing || !(fault instanceof FileNotWritten)) throw fault;
  }
}

/** Notes the keys of a ring in its traces. Lines are only added, so that processes that do so at once lose none. */
export function noteKeys(traces: readonly string[], { keys, shredded }: KeyRingFile): void {
  note(traces, [
    ...keys.map(({ id }): [Fate, string] => ['key', id]),
    ...shredded.map(({ id }): [Fate, string] => ['shredded', id]),
  ]);
}

/** Notes that nobody misses the keys any more that a ring lacks. */
export function giveUpKeys(traces: readonly string[], ring: KeyRingFile): void {
  note(
    traces,
    missingKeys(traces, ring).map((id): [Fate, string] => ['given-up', id]),
  );
}

/** Why a ring is an older copy of the one that was in use; nothing where it is not, or that is not known. */
export function olderCopyFaults(traces: readonly string[], ring: KeyRingFile): string[] {
  const { shredded } = knownKeys(traces);
  return [
    ...missingKeys(traces, ring).map((id) => `lacks the key ${id}, which was in use and was not shredded`),
    ...ring.keys.flatMap(({ id }) =>
      shredded.has(id) ? [`has the key ${id} again, which was shredded`] : [],
    ),
  ];
}

function missingKeys(traces: readonly string[], ring: KeyRingFile): string[] {
  const known = knownKeys(traces);
  const there = new Set([...ring.keys, ...ring.shredded].map(({ id }) => id));
  return [...known.key].filter(
    (id) => !there.has(id) && !known.shredded.has(id) && !known['given-up'].has(id),
  );
}

function knownKeys(traces: readonly string[]): Record<Fate, Set<string>> {
  const known = { key: new Set<string>(), shredded: new Set<string>(), 'given-up': new Set<string>() };
  for (const trace of traces) {
    for (const [, fate, id = ''] of textOf(trace).matchAll(/^(key|shredded|given-up) (\S+)$/gm)) {
      known[fate as Fate].add(id); // the pattern has the three only
    }
  }
  return known;
}

function textOf(trace: string): string {
  try {
    return readFileSync(trace, 'utf8');
  } catch {
    return ''; // none was left here
  }
}

function note(traces: readonly string[], fates: readonly [Fate, string][]): void {
  for (const trace of traces) {
    const known = knownKeys([trace]);
    const added = fates.filter(([fate, id]) => !known[fate].has(id)).map(([fate, id]) => `${fate} ${id}\n`);
    if (added.length > 0) append(trace, added.join(''));
  }
}

/** What is not there is not made: a command that only reads a ring leaves no trace. Nor can it be where nothing may be written. */
function append(trace: string, lines: string): void {
  try {
    const file = openSync(trace, constants.O_WRONLY | constants.O_APPEND);
    try {
      writeSync(file, lines);
    } finally {
      closeSync(file);
    }
  } catch {
    // the keys are noted where the ring was made
  }
}
