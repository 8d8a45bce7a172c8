import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Attribution, OperatorAct } from '../../domain/purchase/operator-acts';
import {
  itemsOf,
  openItems,
  runBatch,
  type BatchPace,
  type BatchPlan,
  type BatchResult,
} from '../../operators/batch';
import { deadlineIn } from '../../runtime/deadline';
import { BatchFiles, isBatchId, newBatchId } from '../../operators/batch-files';
import type { Operations } from '../../operators/operations';

/** A batch as it stands: what was planned, and what has come of it. */
export interface BatchNow {
  plan: BatchPlan;
  results: readonly BatchResult[];
  isRunning: boolean;
}

/** As gentle as the command: each act may call MobiFone, which must not be flooded. */
const PACE: BatchPace = { atOnce: 5, perSecond: 10 };
/** How long an act waits for a worker, which itself asks MobiFone first. */
const ACT_LIMIT_MS = 45_000;
/** More than that is an outage, in which most purchases continue by themselves. */
export const MAX_ITEMS = 1_000;

/** Plans batches, runs them beside the pages, and knows how far they are; the command's files hold both. */
export class BatchRuns {
  private readonly running = new Set<string>();

  constructor(
    private readonly client: Client,
    private readonly operations: Operations,
    private readonly dataDir: string,
    private readonly logger: Logger,
  ) {}

  /** A dry run: changes nothing. @throws TemporalUnavailable */
  async plan(act: OperatorAct, query: string): Promise<BatchPlan> {
    const found = await itemsOf(this.client, act, query, MAX_ITEMS, PACE);
    const plan = { id: newBatchId(), act, query, madeAt: new Date().toISOString(), ...found };
    await new BatchFiles(this.dataDir, plan.id).write(plan);
    return plan;
  }

  /** Undefined when there is no such dry run. */
  find(id: string): BatchNow | undefined {
    if (!isBatchId(id)) return undefined;
    const files = new BatchFiles(this.dataDir, id);
    const plan = files.read();
    return plan && { plan, results: files.resultsSoFar(), isRunning: this.running.has(id) };
  }

  /** Begins, or goes on after an interruption; while it runs nothing begins a second time. */
  start(plan: BatchPlan, attribution: Attribution): void {
    if (this.running.has(plan.id)) return;
    this.running.add(plan.id);
    const files = new BatchFiles(this.dataDir, plan.id);
    const facts = { event: 'desk.batch', batch: plan.id, act: plan.act, who: attribution.by };
    this.logger.info({ ...facts, purchases: openItems(plan).length }, 'a batch begins');
    // without a worker an act would wait for ever; the same act sent again is done at most once
    const limited: Pick<Operations, 'do'> = {
      do: (...act) => this.client.withDeadline(deadlineIn(ACT_LIMIT_MS), () => this.operations.do(...act)),
    };
    runBatch(limited, plan, attribution, files.done(), PACE, (result) => files.append(result))
      .then(
        () => this.logger.info(facts, 'a batch is over'),
        (fault: unknown) => this.logger.error({ ...facts, err: fault }, 'a batch was interrupted'),
      )
      .finally(() => this.running.delete(plan.id));
  }
}
