import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { ChannelName, ExternalId, PurchaseId } from '../domain/identifiers';
import { purchaseWorkflowId } from '../domain/identifiers';
import type { PurchaseState } from '../domain/purchase/states';
import type { purchase } from '../workflows/purchase/purchase';
import { takeSnapshot } from '../client/purchase-snapshot';
import { purchasesOfRuns } from '../client/purchase-search';
import { countRuns } from '../client/visibility-pages';
import type { Attribution, OperationResult, OperatorAct } from '../domain/purchase/operator-acts';
import { readByStake } from './at-stake';
import type { Operations } from './operations';
import { openActs } from './timeline';

/** A purchase that a batch found, and whether its workflow would accept the act now. */
export interface BatchItem {
  channel: ChannelName;
  externalId: ExternalId;
  purchaseId: PurchaseId;
  state: PurchaseState;
  /** Why it would be refused; null when it would be accepted. */
  obstacle: string | null;
}

/** What a dry run found. The batch changes these purchases, and none that the search finds later. */
export interface BatchPlan {
  /** Also the update's id on each purchase, so that each is changed once however often the batch runs. */
  id: string;
  act: OperatorAct;
  query: string;
  /** ISO 8601, UTC. */
  madeAt: string;
  items: BatchItem[];
  /** How many more the search found than a batch takes; absent in older plans. */
  left?: number;
}

/** The result of one purchase of a batch. */
export type BatchResult = Pick<BatchItem, 'channel' | 'externalId' | 'purchaseId'> & { at: string } & (
    | OperationResult
    /** Temporal did not answer, or a defect; running the batch again does it. */
    | { kind: 'failed'; because: string }
  );

/** How fast a batch goes: each act may call MobiFone, which must not be flooded. */
export interface BatchPace {
  atOnce: number;
  perSecond: number;
}

/**
 * Finds what an act over a search would change, what is most at stake first, and changes nothing.
 * @param limit maximum number of purchases
 * @returns `left`: how many more the search finds
 * @throws TemporalUnavailable
 */
export async function itemsOf(
  client: Client,
  act: OperatorAct,
  query: string,
  limit: number,
  pace: BatchPace,
): Promise<Required<Pick<BatchPlan, 'items' | 'left'>>> {
  const items: BatchItem[] = [];
  const { ours, unreadable } = await readByStake(client, query, limit);
  const left = ours.length < limit ? 0 : (await countRuns(client, query)) - ours.length - unreadable.length;
  const { purchases } = await purchasesOfRuns(client, ours);
  await paced(purchases, { ...pace, perSecond: Infinity }, async ({ order }) => {
    const { channel, externalId, purchaseId } = order;
    const handle = client.workflow.getHandle<typeof purchase>(purchaseWorkflowId(channel, externalId));
    const snapshot = await takeSnapshot(client, handle);
    if (!snapshot) return;
    const open = snapshot.closed ? [] : openActs(snapshot.purchase);
    const { state } = snapshot.purchase;
    const obstacle = open.includes(act)
      ? null
      : `${act} is not open while the purchase is ${snapshot.closed ? 'over' : state}; open: ${open.join(', ') || 'nothing'}`;
    items.push({ channel, externalId, purchaseId, state, obstacle });
  });
  return { items, left: Math.max(0, left) };
}

/**
 * Does the act to each purchase of the plan that would accept it and is not done yet.
 * @param done purchases that an earlier run has a result for
 * @param onResult called with each result; it must keep the result, so that the act is not done again
 */
export async function runBatch(
  operations: Pick<Operations, 'do'>,
  plan: BatchPlan,
  attribution: Attribution,
  done: ReadonlySet<PurchaseId>,
  pace: BatchPace,
  onResult: (result: BatchResult) => void,
): Promise<void> {
  const left = openItems(plan).filter(({ purchaseId }) => !done.has(purchaseId));
  await paced(left, pace, async ({ channel, externalId, purchaseId }) => {
    const of = { channel, externalId, purchaseId };
    const result = await operations
      .do(plan.act, channel, externalId, { ...attribution, updateId: plan.id })
      .catch((fault: unknown) => ({
        kind: 'failed' as const,
        because: fault instanceof Error ? fault.message : String(fault),
      }));
    onResult({ ...of, at: new Date().toISOString(), ...result });
  });
}

/** The purchases of a plan that would accept the act. */
export function openItems({ items }: BatchPlan): BatchItem[] {
  return items.filter(({ obstacle }) => obstacle === null);
}

/** Works on `atOnce` items at a time, and begins at most `perSecond` of them a second. */
async function paced<T>(
  items: readonly T[],
  { atOnce, perSecond }: BatchPace,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const began = performance.now();
  let started = 0;
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      const dueIn = began + (started * 1000) / perSecond - performance.now();
      started += 1;
      if (dueIn > 0) await pause(dueIn);
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
