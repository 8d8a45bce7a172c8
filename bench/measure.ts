import { untilClosed } from './closing';
import type { Lab } from './lab/lab';
import type { ServerKind } from './lab/stack';
import { makeLoad, type Load } from './load';
import { percentiles, type Percentiles } from './percentiles';
import { perPurchase, processorTime, type ProcessorTime } from './processor-time';
import type { Design } from './designs';
import { seller } from './sellers';

/** One load of one design on one server. */
export interface Measurement {
  design: Design;
  server: ServerKind;
  atOnce: number;
  purchases: number;
  perSecond: number;
  /** Until the channel has its answer. */
  answerMs: Percentiles;
  /** Until the workflow is closed. */
  closedMs: Percentiles;
  processorMs: ProcessorTime;
  /** Workflows, for their histories. */
  workflowIds: readonly string[];
}

/** Sells under a load and tells what it took. */
export async function measure(
  lab: Lab,
  design: Design,
  server: ServerKind,
  load: Load,
): Promise<Measurement> {
  const stack = lab.stack(server);
  const before = processorTime(lab, stack);
  const { sold, perSecond } = await lab.watched(makeLoad(seller(design, stack), load));
  const after = processorTime(lab, stack); // before anything is looked up
  const closed = await untilClosed(stack.client, sold);
  return {
    design,
    server,
    atOnce: load.atOnce,
    purchases: sold.length,
    perSecond,
    answerMs: percentiles(sold.map(({ milliseconds }) => milliseconds)),
    closedMs: percentiles(closed),
    processorMs: perPurchase(before, after, sold.length),
    workflowIds: sold.map(({ workflowId }) => workflowId),
  };
}
