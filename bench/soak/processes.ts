import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { usageByProc } from '../lab/processes';
import type { ProcessFigures } from './sample';

/** What is measured is told by the system in a way that we cannot read. */
export class CannotSample extends Error {
  override readonly name = 'CannotSample';
}

/** @throws CannotSample where there is no `/proc` */
export function mustHaveProc(): void {
  if (!existsSync('/proc/self/fd'))
    throw new CannotSample('Descriptors and threads are counted in /proc: Linux only.');
}

/**
 * What a living process holds.
 * @returns nothing when it is gone
 */
export function processFigures(pid: number): ProcessFigures | undefined {
  const folder = `/proc/${pid}`;
  try {
    const status = readFileSync(path.join(folder, 'status'), 'utf8');
    const { memoryBytes } = usageByProc(readFileSync(path.join(folder, 'stat'), 'utf8'), status);
    const targets = readdirSync(path.join(folder, 'fd')).flatMap((name) =>
      targetOf(path.join(folder, 'fd', name)),
    );
    return {
      memoryBytes,
      descriptors: targets.length,
      threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0),
      sockets: targets.filter((target) => target.startsWith('socket:')).length,
    };
  } catch (fault) {
    if (existsSync(folder)) throw fault;
    return undefined;
  }
}

/** Nothing for a descriptor that was closed since it was listed. */
function targetOf(link: string): string[] {
  try {
    return [readlinkSync(link)];
  } catch {
    return [];
  }
}
