import type { Lab } from './lab/lab';
import { usageOf } from './lab/processes';
import type { Role, Stack } from './lab/stack';

/** Processor milliseconds a purchase, by process; `load` is what makes the orders. */
export type ProcessorTime = Partial<Record<Role | 'gateway' | 'load', number>>;

/** Reads the processor time that a stack's processes have used so far, milliseconds. */
export function processorTime(lab: Lab, stack: Stack): ProcessorTime {
  const { user, system } = process.cpuUsage();
  const used: ProcessorTime = { load: (user + system) / 1000, gateway: milliseconds(lab.gatewayPid) };
  for (const { role, pid } of stack.processes) used[role] = (used[role] ?? 0) + milliseconds(pid);
  return used;
}

/** What was used between two readings, for each of so many purchases. */
export function perPurchase(before: ProcessorTime, after: ProcessorTime, purchases: number): ProcessorTime {
  const entries = Object.entries(after) as [keyof ProcessorTime, number][]; // keys of this very type
  return Object.fromEntries(
    entries.map(([role, used]) => [role, (used - (before[role] ?? 0)) / Math.max(1, purchases)]),
  );
}

function milliseconds(pid: number): number {
  return usageOf(pid).cpuSeconds * 1000;
}
