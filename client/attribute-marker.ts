import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { SearchAttributePair } from '@temporalio/common/lib/search-attributes';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';
import { countRuns } from './visibility-pages';
import { equals } from './visibility-query';

/** A search attribute of the marker: its value, and the query that finds it while the name means what it meant. */
interface Mark {
  name: string;
  pair: SearchAttributePair;
  query: string;
}

const MARKS: readonly Mark[] = Object.values(SEARCH_ATTRIBUTES).map(markOf);

/** Its type and the queue that no worker polls; with the names in its id, as a version with other names has another. */
export const MARKER = 'attribute-marker';
const MARKER_ID = `${MARKER}:${createHash('sha256')
  .update(MARKS.map(({ name }) => name).join())
  .digest('hex')
  .slice(0, 8)}`;
const OPEN = `WorkflowId = '${MARKER_ID}' AND ExecutionStatus = 'Running'`;

/**
 * Keeps a workflow that has every search attribute of ours, each with a value of its own, and waits for ever. Temporal stores
 * attributes by column: where somebody has a name mean another column, nothing that was stored before is found by it, and no
 * query fails. The marker is then not found either.
 * @throws TemporalUnavailable
 */
export async function keepAttributeMarker(client: Client): Promise<void> {
  await answerOf(client, CALL_DEADLINE_MS, () =>
    client.workflow.start(MARKER, {
      workflowId: MARKER_ID,
      taskQueue: MARKER,
      startDelay: '3650 days',
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      typedSearchAttributes: MARKS.map(({ pair }) => pair),
      staticSummary: 'Shows whether search attributes find what has them; it waits, as it should',
    }),
  );
}

/**
 * The search attributes by which the marker is not found; none where no worker has kept one yet.
 * @throws TemporalUnavailable
 */
export async function movedAttributes(client: Client): Promise<string[]> {
  const isFound = async (queries: readonly string[]) =>
    (await countRuns(client, [OPEN, ...queries].join(' AND '))) > 0;
  if (await isFound(MARKS.map(({ query }) => query))) return [];
  if (!(await isFound([]))) return [];
  const found = await Promise.all(MARKS.map(({ query }) => isFound([query])));
  return MARKS.filter((_, at) => !found[at]).map(({ name }) => name);
}

/** Values that nothing of ours has, and of each type different ones, as two names may have been exchanged. */
function markOf(key: (typeof SEARCH_ATTRIBUTES)[keyof typeof SEARCH_ATTRIBUTES], at: number): Mark {
  const { name } = key;
  switch (key.type) {
    case 'KEYWORD': {
      const value = `!${name}`; // before all days, in the order of their text
      return { name, pair: { key, value }, query: equals(key, value) };
    }
    case 'INT':
      return { name, pair: { key, value: -at }, query: equals(key, -at) };
    case 'BOOL': {
      const value = key.name === 'NoticeDelivered';
      return { name, pair: { key, value }, query: equals(key, value) };
    }
    case 'DATETIME': {
      const day = (days: number) => new Date(Date.UTC(2000, 0, 3 * at + days));
      const [from, to] = [day(-1).toISOString(), day(1).toISOString()]; // not every store finds a moment by itself
      return { name, pair: { key, value: day(0) }, query: `${name} > '${from}' AND ${name} < '${to}'` };
    }
  }
}
