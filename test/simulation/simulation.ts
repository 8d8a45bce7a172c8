import { setTimeout } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import '../support/quiet-runtime';
import { createChannelActivities, createGatewayActivities } from '../../activities';
import { TemporalUnavailable, type Submission } from '../../client/purchases';
import { TemporalPurchases } from '../../client/temporal-purchases';
import type { GatewayTerms } from '../../domain/gateway-promises';
import { purchaseWorkflowId } from '../../domain/identifiers';
import type { PurchaseOutcome } from '../../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import type { Position } from '../../sandbox/ledger-entries';
import type { Purchase, PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import { searchAttributesTold } from '../support/history-reading';
import { InProcessGateway } from '../support/in-process-gateway';
import type { Broken } from '../support/judge';
import { judgeWithExcuses, type Excused } from '../support/judge-with-excuses';
import { anOrder, POLICY } from '../support/orders';
import { timeSkippingServer } from '../support/purchase-lab';
import { added } from './counts';
import { Deadline } from './deadline';
import { People } from './people';
import type { Plan, PlannedPurchase } from './plan';
import { SETTLES_WITHIN_MS } from './profiles';
import { World } from './world';
import { markResults } from '../../worker/own-activity';
import type { purchase } from '../../workflows';

/** Between two tries of an order that Temporal did not answer, real time. */
const PAUSE_MS = 500;
const TASK_QUEUE = 'simulation';
/** Real time, in which no call here is slow. */
const FIRST_TRY_LIMIT_MS = 60_000;
/** What calls nobody for so long, real time, and is not over, is stuck. */
const LONGEST_SILENCE_MS = 20_000;
/** And so is what is not over by then, by the server's own time. */
const LONGEST_SALE_MS = 24 * 60 * 60 * 1000;

/** Servers whose clock stands still are chance; a purchase that stalls on so many is stuck. */
const MOST_TRIES = 4;

/** What the saga takes for granted at every drawn gateway: nothing, but that an inquiry is final one day. */
const GATEWAY_TERMS: GatewayTerms = { kept: [], finalAfterMs: SETTLES_WITHIN_MS };
/**
 * By what policy everything is sold. How long MobiFone's inquiry may be wrong (P3) belongs here too: at every drawn
 * gateway it is final after SETTLES_WITHIN_MS.
 */
const SOLD_BY: PurchasePolicy = {
  ...POLICY,
  gateway: GATEWAY_TERMS,
  gatewayTaskQueue: TASK_QUEUE, // all durable: see `Plan.worker`
};

/** What came of one run. */
export interface RunReport {
  purchases: number;
  broken: Broken[];
  /** What cannot be held without a promise that the run's gateway does not keep, and that did happen. */
  excused: Excused[];
  /** Faults that struck, by class, deaths of workers and deliveries among them. */
  faults: Record<string, number>;
  outcomes: Record<string, number>;
  /** How often a server's clock stood still, and its purchase was tried again on a fresh one. */
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

/** What is known of one purchase when it is over, or when its server has stalled. */
interface Sale extends End {
  outcome: PurchaseOutcome | 'none';
  broken: Broken[];
  excused: Excused[];
  story: string;
}

/** What one server has seen: it is given up as soon as its clock stands still. */
interface ServerRun {
  sales: Sale[];
  faults: Record<string, number>;
}

/**
 * Runs plans with the real workflows, activities, client code and sandbox. Each gets a time-skipping server of its
 * own, since the clock of one that has seen much stands still at times.
 */
export class Simulation {
  constructor(private readonly workflowBundle: string) {}

  /** A purchase that stalls is tried again, first on a fresh server that sells the rest: stuck ones stall each time. */
  async run(plan: Plan): Promise<RunReport> {
    const startedAt = performance.now();
    const sales: Sale[] = [];
    const faults: Record<string, number>[] = [];
    let stalls = 0;
    let triesInVain = 0;
    while (sales.length < plan.purchases.length) {
      const server = await this.onNewServer({ ...plan, purchases: plan.purchases.slice(sales.length) });
      faults.push(server.faults);
      const last = server.sales.at(-1);
      const stalled = last?.outcome === 'none';
      if (stalled) stalls += 1;
      triesInVain = !stalled ? 0 : server.sales.length === 1 ? triesInVain + 1 : 1;
      const isStuck: boolean = triesInVain === MOST_TRIES;
      if (isStuck) triesInVain = 0;
      sales.push(...(stalled && !isStuck ? server.sales.slice(0, -1) : server.sales));
    }
    return {
      purchases: sales.length,
      broken: sales.flatMap(({ broken }) => broken),
      excused: sales.flatMap(({ excused }) => excused),
      faults: added(faults),
      outcomes: added(sales.map(({ outcome }) => ({ [outcome]: 1 }))),
      stalls,
      tookMs: performance.now() - startedAt,
      ends: sales,
      story: () => sales.map(({ story }) => story).join('\n\n'),
    };
  }

  private async onNewServer(plan: Plan): Promise<ServerRun> {
    const environment = await timeSkippingServer();
    // Once, for as long as the server lives: a client that waits for many results would unlock it many times over.
    await environment.connection.testService?.unlockTimeSkipping({});
    try {
      return await this.sell(environment, plan);
    } finally {
      await environment.teardown();
    }
  }

  /** Sells the plan's purchases one after another, up to the first that stalls. */
  private async sell(environment: TestWorkflowEnvironment, plan: Plan): Promise<ServerRun> {
    const policy = SOLD_BY;
    // Not the environment's own client, which locks and unlocks the clock around each result.
    const client = new Client({ connection: environment.connection });
    const withPolicy = (settled: PurchasePolicy) =>
      new TemporalPurchases(client, { taskQueue: TASK_QUEUE, policy: settled });
    const purchases = withPolicy(policy);
    const firstTried = withPolicy({ ...policy, saleAttemptLimit: FIRST_TRY_LIMIT_MS });
    const people = new People(client);
    const world = new World(plan.profile, people);
    const sales: Sale[] = [];
    const worker = await this.createWorker(environment, world, plan);
    await worker.runUntil(async () => {
      for (const planned of plan.purchases) {
        await environment.connection.testService?.lockTimeSkipping({}); // an order is started when it is accepted
        const acceptedAtMs = await environment.currentTimeMs();
        const sold = { planned, order: anOrder({ paymentForm: planned.paymentForm, acceptedAtMs }) };
        world.expect(sold.order.purchaseId, planned);
        people.expect(sold.order, planned);
        let begunAtMs = world.nowMs;
        const isEndless = () => world.nowMs - (begunAtMs ||= world.nowMs) > LONGEST_SALE_MS;
        const deadline = new Deadline(LONGEST_SILENCE_MS, () => world.calls, isEndless);
        const answeredIds = await submitAtOnce(planned.firstTry ? firstTried : purchases, sold);
        await environment.connection.testService?.unlockTimeSkipping({});
        const result = client.withAbortSignal(deadline.signal, () => resultOf(client, sold.order));
        const purchase = await deadline.bound(result);
        const attention = await attentionOf(client, sold.order);
        await deadline.bound(people.done());
        deadline.end();
        world.rest();
        sales.push(saleOf(sold, purchase, answeredIds, attention, world));
        if (!purchase) return;
      }
    });
    return { sales, faults: { ...world.faults.injected, worker_killed: world.deaths } };
  }

  private createWorker(environment: TestWorkflowEnvironment, world: World, plan: Plan): Promise<Worker> {
    const gateway = new InProcessGateway(world.sandbox, world.around);
    return Worker.create({
      connection: environment.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: this.workflowBundle },
      interceptors: { activity: [markResults] },
      maxCachedWorkflows: plan.worker === 'replaying' ? 2 : 1_000,
      activities: {
        ...createGatewayActivities(gateway, GATEWAY_TERMS),
        ...createChannelActivities(world.deliver),
      },
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

/** As channels do: the same order again while Temporal does not answer, as on a machine that is busy with something else. */
async function submitted(purchases: TemporalPurchases, order: PurchaseOrder): Promise<Submission> {
  for (;;) {
    try {
      return await purchases.submit(order, 0);
    } catch (fault) {
      if (!(fault instanceof TemporalUnavailable)) throw fault;
      await setTimeout(PAUSE_MS);
    }
  }
}

/** The ids that the submissions were answered with; a second acceptance counts as another purchase. */
async function submitAtOnce(purchases: TemporalPurchases, { planned, order }: Sold): Promise<string[]> {
  const submissions = await Promise.all(
    Array.from({ length: planned.submissions }, () => submitted(purchases, order)),
  );
  let accepted = 0;
  return submissions.map((submission) => {
    if (submission.kind === 'conflict') return 'conflict';
    if (submission.kind === 'accepted') accepted += 1;
    return accepted > 1 ? 'accepted twice' : submission.purchase.order.purchaseId;
  });
}

/** The sale as the judge and a person see it. */
function saleOf(
  sold: Sold,
  purchase: Purchase | undefined,
  answeredIds: readonly string[],
  attention: readonly string[],
  world: World,
): Sale {
  const { order } = sold;
  const position = world.ledger.position(order.purchaseId);
  const entries = world.ledger.entriesOf(order.purchaseId);
  const said = {
    externalId: order.externalId,
    paymentForm: order.paymentForm,
    outcome: purchase?.outcome ?? null,
    needsAttention: purchase?.attention !== null,
    answeredIds,
  };
  const circumstances = { profile: world.sandbox.profile, settlesWithinMs: SETTLES_WITHIN_MS };
  const verdict = judgeWithExcuses(said, entries, circumstances);
  const story = storyOf(sold, purchase, world);
  return { purchase, position, attention, outcome: purchase?.outcome ?? 'none', ...verdict, story };
}

function storyOf({ planned, order }: Sold, purchase: Purchase | undefined, world: World): string {
  const ledger = world.ledger.entriesOf(order.purchaseId).map((entry) => {
    const { kind, at, purchaseId: _purchaseId, seq, ...rest } = entry;
    return `    ${seq} ${at.slice(11, 23)} ${kind} ${JSON.stringify(rest)}`;
  });
  const steps = (purchase?.steps ?? []).map(
    ({ step, status, settledBy }) => `    ${step} ${status}${settledBy ? ` by ${settledBy}` : ''}`,
  );
  return [
    `${order.externalId} ${order.paymentForm}: ${purchase?.outcome ?? 'no outcome'} ${purchase?.reason ?? ''}`,
    `  gateway ${JSON.stringify(world.sandbox.profile)}`,
    `  plan ${JSON.stringify(planned)}`,
    '  steps',
    ...steps,
    '  ledger',
    ...ledger,
  ].join('\n');
}
