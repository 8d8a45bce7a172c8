import type { Client } from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers';
import type { temporal } from '@temporalio/proto';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { parsedJson } from '../runtime/json-file';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

/** A run as Temporal's index lists it, with its memo undecoded. */
export type RawExecution = temporal.api.workflow.v1.IWorkflowExecutionInfo;
export type RunInfo = Awaited<ReturnType<typeof executionInfoFromRaw>>;

export function workflowIdOf({ execution }: RawExecution): string {
  return execution?.workflowId ?? '';
}

interface ListOptions {
  pageSize?: number;
  /** Where the page begins; the beginning of the list unless given. */
  token?: Uint8Array | undefined;
  /** Per page; `none` for background work. */
  deadlineMs?: number | 'none';
}

/**
 * One page of what a query finds, without decoding anything: running workflows first, then the latest closed one
 * first, so of two runs of one workflow the later one comes first.
 * @returns the page, and the token of the next one; an empty token at the end
 * @throws TemporalUnavailable
 */
export async function listPage(
  client: Client,
  query: string,
  { pageSize, token = new Uint8Array(), deadlineMs = CALL_DEADLINE_MS }: ListOptions = {},
): Promise<{ executions: readonly RawExecution[]; nextToken: Uint8Array }> {
  const { namespace } = client.options;
  const size = pageSize === undefined ? {} : { pageSize };
  const list = () =>
    client.workflowService.listWorkflowExecutions({ namespace, query, nextPageToken: token, ...size });
  const page = await (deadlineMs === 'none' ? list() : answerOf(client, deadlineMs, list));
  return { executions: page.executions ?? [], nextToken: Uint8Array.from(page.nextPageToken ?? []) };
}

/** Everything that a query finds, page by page; see `listPage`. */
export async function* executions(
  client: Client,
  query: string,
  options: ListOptions = {},
): AsyncGenerator<RawExecution> {
  let { token } = options;
  do {
    const page = await listPage(client, query, { ...options, token });
    yield* page.executions;
    token = page.nextToken;
  } while (token.length > 0);
}

/** Runs in groups of so many, the last one with the rest. */
export async function* inGroups(
  runs: AsyncIterable<RawExecution>,
  size: number,
): AsyncGenerator<RawExecution[]> {
  let group: RawExecution[] = [];
  for await (const run of runs) {
    group.push(run);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** The number of runs that a query finds. @throws TemporalUnavailable */
export async function countRuns(
  client: Client,
  query: string,
  deadlineMs = CALL_DEADLINE_MS,
): Promise<number> {
  const { namespace } = client.options;
  const { count } = await answerOf(client, deadlineMs, () =>
    client.workflowService.countWorkflowExecutions({ namespace, query }),
  );
  return Number(count);
}

/** Decodes a run. No request is made, so whatever fails is in the data. @throws PayloadUnreadable */
export async function decodeRun(client: Client, raw: RawExecution): Promise<RunInfo> {
  const { namespace, loadedDataConverter } = client.options;
  try {
    return await executionInfoFromRaw(raw, loadedDataConverter, raw, namespace);
  } catch (fault) {
    throw fault instanceof PayloadUnreadable ? fault : notDecodable(fault);
  }
}

/** For data that was read and is not what ours writes, whatever failed on it. */
export function notDecodable(cause: unknown): PayloadUnreadable {
  return Object.assign(new PayloadUnreadable('not_decodable', NO_KEY), { cause });
}

/** What a run claims in one of its search attributes, which are never encoded. */
export function claimed({ searchAttributes }: RawExecution, { name }: { name: string }): unknown {
  const data = searchAttributes?.indexedFields?.[name]?.data;
  return data && data.length > 0 ? parsedJson(Buffer.from(data).toString()) : undefined;
}

/** A run that cannot be read, and why. */
export interface UnreadableRun {
  workflowId: string;
  fault: PayloadUnreadable;
}

/**
 * Decodes runs together, so that one with a missing key does not fail a whole list.
 * @param told what is made of each
 * @returns what was made of the decoded runs, and each that cannot be decoded
 */
export async function decodeRuns<T>(
  client: Client,
  raws: readonly RawExecution[],
  told: (run: RunInfo) => T,
): Promise<{ read: T[]; unreadable: UnreadableRun[] }> {
  const read: T[] = [];
  const unreadable: UnreadableRun[] = [];
  const settled = await Promise.allSettled(raws.map(async (raw) => told(await decodeRun(client, raw))));
  for (const [at, one] of settled.entries()) {
    const workflowId = raws[at]?.execution?.workflowId ?? '';
    if (one.status === 'fulfilled') read.push(one.value);
    else if (one.reason instanceof PayloadUnreadable) unreadable.push({ workflowId, fault: one.reason });
    else throw one.reason;
  }
  return { read, unreadable };
}

/** The same run without its memo, whose key may be missing; its prototype has protobuf's defaults. */
export function withoutMemo<T extends RawExecution>(raw: T): T {
  const copy = Object.create(Object.getPrototypeOf(raw) as object) as T; // filled in the next line
  return Object.assign(copy, raw, { memo: null });
}
