import type { Client } from '@temporalio/client';
import { LatestEntries } from '../runtime/latest-entries';

/** As many are remembered, for each client. */
const MAX_REMEMBERED = 10_000;
const firstStarts = new WeakMap<Client, LatestEntries<string, string>>();

/** Whoever started a workflow of ours, or found out its own first run, knows that run without a search; it never changes. */
export function rememberFirstStart(client: Client, workflowId: string, runId: string): void {
  const known = firstStarts.get(client) ?? new LatestEntries<string, string>(MAX_REMEMBERED);
  firstStarts.set(client, known);
  known.set(workflowId, runId);
}

export function knownFirstStart(client: Client, workflowId: string): string | undefined {
  return firstStarts.get(client)?.get(workflowId);
}
