import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Offers } from '../selling/offers';
import { PriceClock } from '../selling/price-clock';
import { purchaseOrder } from '../selling/order';
import { loadDiscountRules, loadPackages } from '../catalogue/load';
import { loadRegistry } from '../channel/registry';
import { TemporalUnavailable } from '../client/purchases';
import { derivePurchaseId } from '../client/purchase-id';
import { purchasePolicy } from '../runtime/configuration/purchase-policy';
import { TemporalPurchases } from '../client/temporal-purchases';
import { channelsFile } from '../config';
import { channelName, purchaseWorkflowId } from '../domain/identifiers';
import type { Purchase } from '../domain/purchase/purchase';
import { vnd } from '../domain/vnd';
import { createLogger } from '../runtime/logging';
import { ApiCaller } from './api-caller';
import type { Design } from './designs';
import type { Stack } from './lab/stack';
import type { Sell } from './load';
import { nextOrder, PACKAGE } from './orders';
import type { NaiveSale } from './yardstick/naive-sale';
import { YARDSTICK_QUEUE } from './yardstick/task-queue';
import type { doNothing, naivePurchase } from './yardstick/workflows';

/** Longest that an answer is held, seconds; asked for again after it. */
const HOLD_SECONDS = 30;

/** How long it is waited before an order is sent again, ms; and how often it is sent. */
const COME_AGAIN_MS = 1000;
const MOST_TIMES = 60;

/** How a purchase of a design is bought on a stack. */
export function seller(design: Design, stack: Stack): Sell {
  switch (design) {
    case 'sagaByApi':
      return sagaByApi(stack);
    case 'sagaByClient':
      return sagaByClient(stack);
    case 'naive':
      return naive(stack);
    case 'nothing':
      return nothing(stack);
  }
}

/** As a channel buys: over HTTP, with the answer held until the outcome is known. */
export function sagaByApi({ apiUrl, channel }: Pick<Stack, 'apiUrl' | 'channel'>): Sell {
  const caller = new ApiCaller(apiUrl, channel.apiKey);
  return async () => {
    const order = nextOrder();
    const prefer = `wait=${HOLD_SECONDS}`;
    let answer = await caller.post('/v1/purchases', { ...order, package: PACKAGE }, { prefer });
    while (answer['outcome'] === null)
      answer = await caller.get(`/v1/purchases/${order.externalId}`, { prefer });
    mustHaveSucceeded(answer['outcome']);
    return purchaseWorkflowId(channelName(channel.name), order.externalId);
  };
}

/** Orders without waiting for the outcome: the answer says that the order is durable. */
export function orderer(stack: Stack): Sell {
  const caller = new ApiCaller(stack.apiUrl, stack.channel.apiKey);
  return async () => {
    const order = nextOrder();
    await caller.post('/v1/purchases', { ...order, package: PACKAGE }, {});
    return purchaseWorkflowId(channelName(stack.channel.name), order.externalId);
  };
}

/** As the API buys, without its HTTP. */
function sagaByClient(stack: Stack): Sell {
  const { config } = stack;
  const purchases = new TemporalPurchases(stack.client, {
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    policy: purchasePolicy(config),
    subscriberHash: stack.encryption.subscriberHash,
  });
  const channel = loadRegistry(channelsFile(config)).byName(channelName(stack.channel.name));
  if (!channel) throw new Error(`channel ${stack.channel.name} is not in the registry`);
  const packages = loadPackages(config.PACKAGES_FILE);
  const rules = loadDiscountRules(config.DISCOUNTS_FILE, packages);
  const offers = new Offers(packages, rules, new PriceClock(rules, createLogger('bench', 'error')));
  return async () => {
    const at = new Date();
    const wanted = { ...nextOrder(), package: PACKAGE };
    const offer = offers.find(PACKAGE, channel, at);
    if ('fault' in offer) throw new Error(`package ${PACKAGE} is not on sale: ${offer.fault}`);
    const order = purchaseOrder(channel, wanted, offer, { at, origin: { requestId: randomUUID() } });
    const submission = await again(() => purchases.submit(order, HOLD_SECONDS * 1000));
    if (submission.kind === 'conflict') throw new Error('an order of the bench was sent before');
    let purchase: Purchase | undefined = submission.purchase;
    while (purchase?.outcome === null) {
      purchase = await again(() => purchases.find(channel.name, wanted.externalId, HOLD_SECONDS * 1000));
    }
    mustHaveSucceeded(purchase?.outcome);
    return purchaseWorkflowId(channel.name, wanted.externalId);
  };
}

/** An overloaded server does not answer in time; the same order again is sold once, so it is sent again. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  for (let times = 1; ; times += 1) {
    try {
      return await ask();
    } catch (fault) {
      if (!(fault instanceof TemporalUnavailable) || times >= MOST_TIMES) throw fault;
    }
    await pause(COME_AGAIN_MS);
  }
}

function naive({ client, channel }: Stack): Sell {
  return async () => {
    const order = nextOrder();
    const workflowId = `naive:${order.externalId}`;
    const purchaseId = derivePurchaseId(channelName(channel.name), order.externalId);
    const sale: NaiveSale = { purchaseId, msisdn: order.msisdn, packageCode: PACKAGE, amount: vnd(90_000) };
    await client.workflow.execute<typeof naivePurchase>('naivePurchase', {
      workflowId,
      taskQueue: YARDSTICK_QUEUE,
      args: [sale],
    });
    return workflowId;
  };
}

function nothing({ client }: Stack): Sell {
  return async () => {
    const workflowId = `nothing:${nextOrder().externalId}`;
    await client.workflow.execute<typeof doNothing>('doNothing', { workflowId, taskQueue: YARDSTICK_QUEUE });
    return workflowId;
  };
}

/** Figures of purchases that went another way would say nothing. */
function mustHaveSucceeded(outcome: unknown): void {
  if (outcome !== 'succeeded') throw new Error(`a purchase of the bench ended as ${String(outcome)}`);
}
