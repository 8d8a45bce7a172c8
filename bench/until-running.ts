import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

const RUNNING = "WorkflowType = 'purchase' AND ExecutionStatus = 'Running'";
const LOOK_EVERY_MS = 1000;

/**
 * Waits until no more purchases than these run; a purchase's messages follow its answer.
 * @param look is told how many still run, every second
 */
export async function untilRunning(
  { workflow }: Pick<Client, 'workflow'>,
  most: number,
  look: (running: number) => void = () => undefined,
): Promise<void> {
  for (;;) {
    const { count } = await workflow.count(RUNNING);
    if (count <= most) return;
    look(count);
    await pause(LOOK_EVERY_MS);
  }
}
