import os from 'node:os';

/** What the figures were measured on; they say nothing without it. */
export interface Machine {
  at: string;
  cpus: number;
  cpu: string;
  memoryBytes: number;
  node: string;
  platform: string;
  /** Of the minute before the run: others’ work on the machine falsifies the figures. */
  loadBefore: number;
}

export function thisMachine(): Machine {
  const cpus = os.cpus();
  return {
    at: new Date().toISOString(),
    cpus: cpus.length,
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    memoryBytes: os.totalmem(),
    node: process.versions.node,
    platform: `${os.platform()} ${os.arch()}`,
    loadBefore: os.loadavg()[0] ?? 0,
  };
}
