import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../../config';
import { processesFile } from '../../dev/cluster/layout';
import { statFields, TICKS_A_SECOND } from '../lab/processes';

const processesSchema = z.record(z.string(), z.number().int().positive());

/** What can be measured is not there; the message says how to get it. */
export class CannotMeasure extends Error {
  override readonly name = 'CannotMeasure';
}

/**
 * The running cluster's processes by part, from the file that `npm run cluster` writes.
 * @throws CannotMeasure when it does not run
 */
export function clusterProcesses(config: Pick<Config, 'DATA_DIR'>): Record<string, number> {
  try {
    return processesSchema.parse(JSON.parse(readFileSync(processesFile(config), 'utf8')));
  } catch {
    throw new CannotMeasure(`No cluster runs with ${config.DATA_DIR}: start it by \`npm run cluster\`.`);
  }
}

/** Processor seconds that each kind of part has used so far, all that it started included; Linux only. */
export function processorSeconds(processes: Readonly<Record<string, number>>): Record<string, number> {
  const all = readProcesses();
  const seconds: Record<string, number> = {};
  for (const [part, pid] of Object.entries(processes)) {
    const kind = part.replace(/-\d+$/, '');
    seconds[kind] = (seconds[kind] ?? 0) + familyOf(pid, all);
  }
  return seconds;
}

interface Process {
  parent: number;
  seconds: number;
}

function readProcesses(): ReadonlyMap<number, Process> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => processAt(pid)));
}

function processAt(pid: string): [number, Process][] {
  let stat: string;
  try {
    stat = readFileSync(join('/proc', pid, 'stat'), 'utf8');
  } catch {
    return []; // ended meanwhile
  }
  const fields = statFields(stat);
  const ticks = [11, 12, 13, 14].map((at) => Number(fields[at])); // its own, and of children that have ended
  return [
    [
      Number(pid),
      { parent: Number(fields[1]), seconds: ticks.reduce((sum, each) => sum + each, 0) / TICKS_A_SECOND },
    ],
  ];
}

function familyOf(pid: number, all: ReadonlyMap<number, Process>): number {
  const own = all.get(pid);
  if (!own)
    throw new CannotMeasure(
      `Process ${pid} of the cluster is gone: it was started again, or Linux is not the system.`,
    );
  const children = [...all].filter(([, { parent }]) => parent === pid);
  return children.reduce((sum, [child]) => sum + familyOf(child, all), own.seconds);
}
