import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import '../support/quiet-runtime';
import { createChannelActivities, createGatewayActivities } from '../../activities';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { purchaseWorkflowId } from '../../domain/identifiers';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import type { Position } from '../../mobifone/sandbox/ledger-entries';
import type { Purchase, PurchaseOrder, PurchasePolicy } from '../../domain/purchase';
import { searchAttributesTold } from '../support/history-reading';
import { InProcessGateway } from '../support/in-process-gateway';
import { judge, messagesRefused, type Broken } from '../support/judge';
import { anOrder, POLICY } from '../support/orders';
import { timeSkippingServer } from '../support/purchase-lab';
import { Deadline } from './deadline';
import { People } from './people';
import type { Plan, PlannedPurchase } from './plan';
import { World } from './world';
import type { purchase } from '../../workflows';

const TASK_QUEUE = 'simulation';
/** What is not over by then, real time, is stuck. */
const LONGEST_SALE_MS = 20_000;

/** What came of one run. */
export interface RunReport {
  purchases: number;
  broken: Broken[];
  /** Faults that struck, by class, deaths of workers and deliveries among them. */
  faults: Record<string, number>;
  outcomes: Record<string, number>;
  /** Purchases that had no outcome in a first try of this plan, and had one in the second. */
  stalls: number;
  /** Real time, milliseconds. */
  tookMs: number;
  /** Each purchase in the plan's order: its end, where it has one, and what it called a person for. */
  ends: readonly End[];
  /** What happened to each purchase, for a person to read. */
  story: () => string;
}

/** How one purchase came out, as all sides see it. */
export interface End {
  purchase: Purchase | undefined;
  position: Position;
  /** What a person was called for meanwhile, in order. */
  attention: readonly string[];
}

interface Sold {
  planned: PlannedPurchase;
  order: PurchaseOrder;
}

/**
 * Runs plans with the real workflows, activities, client code and sandbox. Each gets a time-skipping server of its
 * own, since the clock of one that has seen much stands still at times.
 */
export class Simulation {
  constructor(private readonly workflowBundle: string) {}

  async run(plan: Plan): Promise<RunReport> {
    const environment = await timeSkippingServer();
    // Once, for as long as the server lives: a client that waits for many results would unlock it many times over.
    await environment.connection.testService?.unlockTimeSkipping({});
    try {
      return await this.runOn(environment, plan);
    } finally {
      await environment.teardown();
    }
  }

  private async runOn(environment: TestWorkflowEnvironment, plan: Plan): Promise<RunReport> {
    const startedAt = performance.now();
    const policy: PurchasePolicy = {
      ...POLICY,
      gatewayTaskQueue: TASK_QUEUE, // all durable: see `Plan.worker`
    };
    // Not the environment's own client, which locks and unlocks the clock around each result.
    const client = new Client({ connection: environment.connection });
    const purchases = new TemporalPurchases(client, { taskQueue: TASK_QUEUE, policy });
    const people = new People(client, purchases);
    const world = new World(people);
    const sold = plan.purchases.map((planned): Sold => ({
      planned,
      order: anOrder({ paymentForm: planned.paymentForm }),
    }));
    for (const { order, planned } of sold) {
      world.expect(order.purchaseId, planned);
      people.expect(order, planned);
    }
    const worker = await this.createWorker(environment, world, plan);
    const answered: string[][] = [];
    const ended: (Purchase | undefined)[] = [];
    const attention: string[][] = [];
    await worker.runUntil(async () => {
      for (const entry of sold) {
        const deadline = new Deadline(LONGEST_SALE_MS);
        answered.push(await submitAtOnce(purchases, entry));
        const result = client.withAbortSignal(deadline.signal, () => resultOf(client, entry.order));
        ended.push(await deadline.bound(result));
        attention.push(await attentionOf(client, entry.order));
        await deadline.bound(people.done());
        deadline.end();
      }
    });

    const broken = sold.flatMap(({ order }, at) => {
      const purchase = ended[at];
      return judge({
        externalId: order.externalId,
        paymentForm: order.paymentForm,
        outcome: purchase?.outcome ?? null,
        needsAttention: purchase?.attention !== null,
        position: world.ledger.position(order.purchaseId),
        messagesRefused: messagesRefused(world.ledger.entriesOf(order.purchaseId)),
        answeredIds: answered[at] ?? [],
      });
    });
    return {
      purchases: sold.length,
      broken,
      faults: { ...world.faults.injected, worker_killed: world.deaths },
      outcomes: countOf(ended.map((purchase) => purchase?.outcome ?? 'none')),
      stalls: 0,
      tookMs: performance.now() - startedAt,
      ends: sold.map(({ order }, at) => ({
        purchase: ended[at],
        position: world.ledger.position(order.purchaseId),
        attention: attention[at] ?? [],
      })),
      story: () => sold.map((entry, at) => storyOf(entry, ended[at], world)).join('\n\n'),
    };
  }

  private createWorker(environment: TestWorkflowEnvironment, world: World, plan: Plan): Promise<Worker> {
    const gateway = new InProcessGateway(world.sandbox, world.around);
    return Worker.create({
      connection: environment.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: this.workflowBundle },
      maxCachedWorkflows: plan.worker === 'replaying' ? 2 : 1_000,
      activities: { ...createGatewayActivities(gateway), ...createChannelActivities(world.deliver) },
    });
  }
}

function resultOf(client: Client, { channel, externalId }: PurchaseOrder): Promise<Purchase> {
  return client.workflow.getHandle<typeof purchase>(purchaseWorkflowId(channel, externalId)).result();
}

/** The reasons that its history tells for calling a person, whatever became of them. */
async function attentionOf(client: Client, { channel, externalId }: PurchaseOrder): Promise<string[]> {
  const told = await searchAttributesTold(client.workflow.getHandle(purchaseWorkflowId(channel, externalId)));
  return told
    .map((attributes) => attributes[SEARCH_ATTRIBUTES.attentionReason.name])
    .filter((reason) => typeof reason === 'string');
}

/** The ids that the submissions were answered with; a second acceptance counts as another purchase. */
async function submitAtOnce(purchases: TemporalPurchases, { planned, order }: Sold): Promise<string[]> {
  const submissions = await Promise.all(
    Array.from({ length: planned.submissions }, () => purchases.submit(order, 0)),
  );
  let accepted = 0;
  return submissions.map((submission) => {
    if (submission.kind === 'conflict') return 'conflict';
    if (submission.kind === 'accepted') accepted += 1;
    return accepted > 1 ? 'accepted twice' : submission.purchase.order.purchaseId;
  });
}

function countOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function storyOf({ planned, order }: Sold, purchase: Purchase | undefined, world: World): string {
  const ledger = world.ledger.entriesOf(order.purchaseId).map((entry) => {
    const { kind, at: _at, purchaseId: _purchaseId, seq, ...rest } = entry;
    return `    ${seq} ${kind} ${JSON.stringify(rest)}`;
  });
  const steps = (purchase?.steps ?? []).map(
    ({ step, status, settledBy }) => `    ${step} ${status}${settledBy ? ` by ${settledBy}` : ''}`,
  );
  return [
    `${order.externalId} ${order.paymentForm}: ${purchase?.outcome ?? 'no outcome'} ${purchase?.reason ?? ''}`,
    `  plan ${JSON.stringify(planned)}`,
    '  steps',
    ...steps,
    '  ledger',
    ...ledger,
  ].join('\n');
}
