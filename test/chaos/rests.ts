import type { Client } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time';
import type { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import type { Customers } from './customers';
import { STILL_RUNNING } from '../support/still-running';

/** Looks after each healing how long it takes until all that was ordered before it is at rest. */
export class Rests {
  readonly afterMs: number[] = [];
  /** Healings after which something was not at rest in time, in words. */
  readonly missed: string[] = [];

  constructor(
    private readonly stack: EmbeddedStack,
    private readonly customers: Customers,
    private readonly limitMs: number,
  ) {}

  /**
   * Call it when everything is healed. At rest is an order that was answered and whose workflows are closed.
   * @returns how it went, in words
   */
  async wait(): Promise<string> {
    const healedAt = performance.now();
    const before = `${STILL_RUNNING} AND StartTime < '${new Date().toISOString()}'`;
    const isAtRest = async ({ workflow }: Client): Promise<boolean> =>
      this.customers.waitingSince(healedAt) === 0 && (await workflow.count(before)).count === 0;
    return this.stack.temporal(async (client) => {
      try {
        const what = 'all that was ordered before the healing to be at rest';
        await eventually(what, async () => (await isAtRest(client)) || undefined, this.limitMs);
        const tookMs = Math.round(performance.now() - healedAt);
        this.afterMs.push(tookMs);
        return `all is healed; at rest after ${tookMs} ms`;
      } catch (fault) {
        const why = fault instanceof Error ? fault.message : String(fault);
        const unanswered = this.customers.waitingSince(healedAt);
        const running = await whatRuns(client, before).catch(() => 'Temporal does not say which');
        const missed = `I15 ${why}; unanswered: ${unanswered}; running: ${running}`;
        this.missed.push(missed);
        return missed;
      }
    });
  }
}

/** What runs, and what each waits for: the end of its history, and what Temporal has under way of it. */
async function whatRuns({ workflow }: Client, query: string): Promise<string> {
  const told = [];
  for await (const { workflowId } of workflow.list({ query })) {
    const handle = workflow.getHandle(workflowId);
    const { raw } = await handle.describe();
    const { events } = await handle.fetchHistory();
    const last = (events ?? []).slice(-LAST_EVENTS).map((event) => {
      const kind = Object.keys(event).find((key) => key.endsWith('EventAttributes'));
      return `${String(event.eventId)} ${kind?.replace('EventAttributes', '')} ${optionalTsToDate(event.eventTime)?.toISOString()}`;
    });
    const { pendingActivities, pendingWorkflowTask } = raw;
    told.push([workflowId, ...last, JSON.stringify({ pendingActivities, pendingWorkflowTask })].join('\n  '));
  }
  return told.join('\n');
}

const LAST_EVENTS = 6;
