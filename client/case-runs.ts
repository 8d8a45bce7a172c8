import type { Client } from '@temporalio/client';
import type { CaseId } from '../domain/identifiers';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import { describedRun } from './described-run';
import { firstStarts } from './first-starts';
import { caseOfOurs, type ListedCase } from './listed-case';
import { nothingIfForgotten } from './temporal-answers';
import { workflowIdOf, type RawExecution } from './visibility-pages';
import { batches } from './visibility-query';
import { chainOf, inOrderOfStart, latestOf, runIdOf, runsOf, type Runs } from './workflow-runs';

/**
 * The run that a case is read from and decided in, if Temporal knows one. It costs a search unless that is the latest start that
 * is known as ours.
 * @throws TemporalUnavailable
 */
export async function ownCaseRun(client: Client, id: CaseId): Promise<RawExecution | undefined> {
  const latest = await describedRun(client, { workflowId: id }).catch(nothingIfForgotten); // the index lags
  if (latest?.firstRunId && latest.firstRunId === firstStarts.get(client, id)) return latest;
  const found = (await runsOf(client, [id])).get(id) ?? [];
  const others = latest ? found.filter((run) => !isSame(run, latest)) : found;
  const [one, ...more] = latest ? [latest, ...others] : others;
  if (!one) return undefined;
  const own = await ownAmong(client, [one, ...more]);
  const isSure = isSame(own, latest ?? {}) && others.length < found.length; // the index has the others as well
  if (isSure && own.firstRunId) firstStarts.set(client, id, own.firstRunId);
  return own;
}

/**
 * The case as its own run's memo has it; nothing where there is none, or only what is none of ours. Needs no worker.
 * @throws TemporalUnavailable; PayloadUnreadable if its key is missing
 */
export async function ownListedCase(client: Client, id: CaseId): Promise<ListedCase | undefined> {
  const own = await ownCaseRun(client, id);
  const found = own && (await caseOfOurs(client, own));
  if (found instanceof PayloadUnreadable) throw found;
  return found;
}

/**
 * The runs that cases are read from, by id; without one that the index does not have yet. One search for a hundred of them.
 * @throws TemporalUnavailable
 */
export async function ownCaseRuns(
  client: Client,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RawExecution>> {
  const own = new Map<string, RawExecution>();
  for (const batch of batches([...new Set(ids)]))
    for (const [id, runs] of await runsOf(client, batch)) own.set(id, await ownAmong(client, runs));
  return own;
}

/** Of runs that a search finds, those that their cases are read from. @throws TemporalUnavailable */
export async function ownCaseRunsAmong(
  client: Client,
  found: readonly RawExecution[],
): Promise<RawExecution[]> {
  const own = await ownCaseRuns(client, found.map(workflowIdOf));
  return found.filter((run) => {
    const known = own.get(workflowIdOf(run));
    return known === undefined || isSame(known, run);
  });
}

/**
 * The latest of the runs that we started, that continue such a run or are resets of it. Each opening has a time of its own in its
 * sealed card, so of all starts that have the same one, only the first is ours: whoever can write to Temporal can copy any.
 */
async function ownAmong(client: Client, runs: Runs): Promise<RawExecution> {
  if (runs.length === 1) return runs[0];
  const chains = new Map<string, string>();
  let own: RawExecution | undefined;
  for (const run of inOrderOfStart(runs)) {
    const found = await caseOfOurs(client, run);
    if (!found) continue; // nobody of ours started it
    const chain = await chainOf(client, run);
    if (chain === undefined) continue; // Temporal has forgotten it
    const opening = found instanceof PayloadUnreadable ? chain : found.card.openedAt; // without its key it may be ours
    if (!chains.has(opening)) chains.set(opening, chain);
    if (chains.get(opening) === chain) own = run;
  }
  return own ?? latestOf(runs);
}

function isSame(one: RawExecution, other: RawExecution): boolean {
  return runIdOf(one) === runIdOf(other);
}
