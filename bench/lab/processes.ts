import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What a process has used of the machine. */
export interface Usage {
  /** Of all its threads, since it began. */
  cpuSeconds: number;
  /** Resident now. */
  memoryBytes: number;
}

/** Linux tells processor time in hundredths of a second, whatever the kernel's own tick is. */
export const TICKS_A_SECOND = 100;

/** Reads what a living process has used, from `/proc` where there is one, else from `ps`. */
export function usageOf(pid: number): Usage {
  const folder = `/proc/${pid}`;
  if (!existsSync('/proc/self/stat')) return usageByPs(pid);
  return usageByProc(readFileSync(`${folder}/stat`, 'utf8'), readFileSync(`${folder}/status`, 'utf8'));
}

/** @param stat `/proc/PID/stat` @param status `/proc/PID/status` */
export function usageByProc(stat: string, status: string): Usage {
  const fields = statFields(stat);
  const [userTicks, systemTicks] = fields.slice(11, 13).map(Number);
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return {
    cpuSeconds: ((userTicks ?? 0) + (systemTicks ?? 0)) / TICKS_A_SECOND,
    memoryBytes: Number(kilobytes ?? 0) * 1024,
  };
}

/** What follows the name, which may hold anything, in `/proc/PID/stat` (man 5 proc). */
export function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function usageByPs(pid: number): Usage {
  const line = execFileSync('ps', ['-o', 'time=,rss=', '-p', String(pid)], { encoding: 'utf8' });
  return usageByPsLine(line);
}

/** @param line such as `1-02:03:04 5120` or `0:01.25 5120`: processor time, resident kilobytes */
export function usageByPsLine(line: string): Usage {
  const [time = '', kilobytes = '0'] = line.trim().split(/\s+/);
  const [clock = '', days = '0'] = time.split('-').toReversed();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return { cpuSeconds: Number(days) * 86_400 + seconds, memoryBytes: Number(kilobytes) * 1024 };
}
