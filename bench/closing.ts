import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Sold } from './load';

/** How long visibility may be behind, ms. */
const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 250;

/**
 * Milliseconds from each order until its workflow was closed, by the server's clock, which is this machine's. Read
 * from visibility after the load, so that looking costs what is measured nothing.
 */
export async function untilClosed(client: Client, sold: readonly Sold[]): Promise<number[]> {
  const from = new Date(Math.min(...sold.map(({ sentAt }) => sentAt)) - 1000).toISOString();
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const closedAt = new Map<string, number>();
    for await (const { workflowId, closeTime } of client.workflow.list({ query: `StartTime >= "${from}"` })) {
      if (closeTime) closedAt.set(workflowId, closeTime.getTime());
    }
    const closed = sold.flatMap(({ workflowId, sentAt }) => {
      const at = closedAt.get(workflowId);
      return at === undefined ? [] : [at - sentAt];
    });
    if (closed.length === sold.length || performance.now() > until) return closed;
    await pause(LOOK_AGAIN_MS);
  }
}
