import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { defaultPayloadConverter, toPayloads } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { dayFiles } from '../../archive/archive-files';
import type { ArchivedPurchase } from '../../archive/archived-purchase';
import { TemporalPurchaseSource } from '../../archive/temporal-source';
import { readPage } from '../../client/purchase-search';
import { PURCHASE_RUNS } from '../../client/run-status';
import { PurchaseUnreadable } from '../../client/purchases';
import { channelName, externalId } from '../../domain/identifiers';
import { localDay } from '../../domain/local-time';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { timelineOf } from '../../operators/timeline';
import { VisibilitySide } from '../../reconciliation/visibility-side';
import { readFile } from 'node:fs/promises';
import { exported, newArchive, removeArchives } from '../archive/archived-day';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { TASK_QUEUE } from '../support/purchase-lab';
import { SweepLab } from '../support/sweep-lab';

jest.setTimeout(120_000);

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());
afterAll(removeArchives);

type Payload = temporal.api.common.v1.IPayload;
const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) ?? {};
const keyword = (value: string): Payload => ({
  metadata: { encoding: Buffer.from('json/plain'), type: Buffer.from('Keyword') },
  data: Buffer.from(JSON.stringify(value)),
});
const BROKEN: Payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{') };
const UNKNOWN: Payload = { metadata: { encoding: Buffer.from('x/y') }, data: Buffer.from('{') };
const DAY = localDay(new Date());

/** What anyone who can write to Temporal can start, named by what is wrong with its memo; garbage is its input as well. */
const STRANGE: Readonly<Record<string, Payload | undefined>> = {
  none: undefined,
  null: payload(null),
  text: payload('an order'),
  half: payload({ channel: 'demo', externalId: 'half' }),
  broken: BROKEN,
  unknown: UNKNOWN,
};
const idOf = (name: string) => `purchase:demo:strange-${name}`;
const NAMES = Object.keys(STRANGE);
/** One whose id is that of no purchase either, and one that claims another purchase's id. */
const NO_PURCHASE = 'not-even-an-id';

async function start(workflowId: string, memo: Payload | undefined, attributes: Record<string, string> = {}) {
  await server.client.workflowService.startWorkflowExecution({
    namespace: server.client.options.namespace,
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: PURCHASE_WORKFLOW },
    taskQueue: { name: TASK_QUEUE },
    input: {
      payloads: workflowId.endsWith('broken') ? [BROKEN] : (toPayloads(defaultPayloadConverter, 1) ?? []),
    },
    ...(memo ? { memo: { fields: { order: memo } } } : {}),
    searchAttributes: {
      indexedFields: Object.fromEntries(
        Object.entries({ PurchaseDay: DAY, ...attributes }).map(([name, value]) => [name, keyword(value)]),
      ),
    },
  });
}

/** The client, with one more event in each history. */
function alsoHappened(client: Client, event: temporal.api.history.v1.IHistoryEvent): Client {
  const { workflowService } = client;
  const ask = async (request: object) => {
    const page = await workflowService.getWorkflowExecutionHistory(request);
    page.history?.events?.push(event);
    return page;
  };
  const service = new Proxy(workflowService, {
    get: (own, name) => (name === 'getWorkflowExecutionHistory' ? ask : Reflect.get(own, name)) as unknown,
  });
  return new Proxy(client, {
    get: (own, name) => (name === 'workflowService' ? service : Reflect.get(own, name)) as unknown,
  });
}

describe('workflows of the purchases’ type that nobody of ours started', () => {
  let lab: SweepLab;
  beforeAll(async () => {
    lab = new SweepLab(server);
    await lab.run(() => lab.sellToTheEnd());
    for (const [name, memo] of Object.entries(STRANGE)) await start(idOf(name), memo);
    await start(NO_PURCHASE, undefined, {
      PurchaseId: lab.order.purchaseId,
      PurchaseState: 'no state of ours',
    });
    await eventually('all of them in the index', async () =>
      (await server.client.workflow.count(PURCHASE_RUNS)).count === NAMES.length + 2 ? true : undefined,
    );
  });

  it('hide no purchase from a list, and are named with the reason', async () => {
    const { purchases, unreadable } = await readPage(server.client, PURCHASE_RUNS, 100);
    expect(purchases.map(({ order }) => order.externalId)).toEqual([lab.order.externalId]);
    expect(new Set(unreadable.map(({ workflowId }) => workflowId))).toEqual(
      new Set([...NAMES.map(idOf), NO_PURCHASE]),
    );
    for (const { fault } of unreadable) expect(['no_order', 'not_decodable']).toContain(fault.reason);
  });

  it.each(NAMES)('are told about one by one, in words: %s', async (name) => {
    const shown = lab.run(() =>
      timelineOf(server.client, { channel: channelName('demo'), externalId: externalId(`strange-${name}`) }),
    );
    await expect(shown).rejects.toThrow(PurchaseUnreadable);
  });

  it('have company in ours with a history that cannot be read, told in words as well', async () => {
    const strange = { acceptedRequest: { input: { name: 'decide', args: { payloads: [BROKEN] } } } };
    const client = alsoHappened(server.client, { workflowExecutionUpdateAcceptedEventAttributes: strange });
    const { channel } = lab.order;
    const shown = lab.run(() => timelineOf(client, { channel, externalId: lab.order.externalId }));
    await expect(shown).rejects.toThrow(PurchaseUnreadable);
  });

  it('end no export, which has the others and says which could not be read', async () => {
    const archive = await newArchive();
    const { manifest } = await exported(archive, new TemporalPurchaseSource(server.client), {}, DAY);
    expect(manifest).toMatchObject({
      complete: false,
      counts: { purchases: NAMES.length + 2, unreadable: NAMES.length + 1 },
      sold: { count: 1, faceValue: lab.order.faceValue },
    });
    const lines = (await readFile(dayFiles(archive, DAY).purchases, 'utf8')).trimEnd().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as ArchivedPurchase); // what the export wrote
    expect(rows.filter(({ unreadable }) => !unreadable).map(({ purchaseId }) => purchaseId)).toEqual([
      lab.order.purchaseId,
    ]);
    expect(new Set(rows.map(({ purchaseId }) => purchaseId)).size).toBe(rows.length);
  });

  it('are named by a reconciliation, which is not made without them', async () => {
    const read = async () => {
      for await (const _ of new VisibilitySide(server.client).purchasesOf(DAY)) continue;
    };
    const fault: unknown = await read().catch((error: unknown) => error);
    for (const workflowId of [...NAMES.map(idOf), NO_PURCHASE]) expect(String(fault)).toContain(workflowId);
  });

  it('do not stop the sweep for purchases that were ended from outside', async () => {
    await lab.run(async () => {
      await eventually('its end in the index', async () =>
        (await server.client.workflow.count(`WorkflowId = '${NO_PURCHASE}' AND ExecutionStatus = 'Failed'`))
          .count > 0
          ? true
          : undefined,
      );
      await expect(lab.sweep()).resolves.toBeDefined();
    });
  });
});
