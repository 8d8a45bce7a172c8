import { Client } from '@temporalio/client';
import { defaultPayloadConverter, type DataConverter } from '@temporalio/common';
import { Blocks } from '../../client/blocks';
import { BreakRegisters } from '../../client/break-registers';
import { Cases } from '../../client/cases';
import { Control } from '../../client/control';
import { StoredDataUnreadable } from '../../client/stored-data-unreadable';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { BLOCKS_MEMO, BLOCKS_WORKFLOW_ID, NOTHING_BLOCKED } from '../../domain/blocks';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { CONTROL_MEMO, CONTROL_WORKFLOW_ID, NOTHING_PAUSED } from '../../domain/control';
import { caseId, purchaseWorkflowId } from '../../domain/identifiers';
import { calendarDay, type LocalDay } from '../../domain/local-time';
import { CANCEL_UPDATE, PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { DAY_BREAKS_WORKFLOW, dayBreaksWorkflowId } from '../../domain/reconciliation/break-register';
import { keyRingOf } from '../../encryption/key-ring';
import { newKey } from '../../encryption/key-ring-file';
import { PayloadEncryption } from '../../encryption/payload-encryption';
import { Operations } from '../../operators/operations';
import { anOrder, POLICY } from '../support/orders';
import { PurchaseLab } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SomebodysWorker, SOMEBODYS_QUEUE } from '../support/somebodys-worker';

const WHO = { by: 'lan', why: 'fraud was seen' };
const DAY = calendarDay('2026-11-30') as LocalDay; // it is one

const key = newKey(new Date());
const ring = keyRingOf({ current: key.id, keys: [{ ...key, binds: true }], shredded: [] });
const encryption = (clearText: 'refuse' | 'replace'): DataConverter => ({
  payloadCodecs: [new PayloadEncryption(ring, ring, { clearText })],
  failureConverterPath: require.resolve('../../encryption/failure-converter'),
});

/** Of whoever has no key: what is stored is nothing to it. */
const keyless: DataConverter = {
  payloadCodecs: [
    {
      encode: async (payloads) => payloads,
      decode: async (payloads) => payloads.map(() => defaultPayloadConverter.toPayload(null) ?? {}),
    },
  ],
};

const order = anOrder();
const { channel, externalId } = order;
const settings = { taskQueue: SOMEBODYS_QUEUE, policy: POLICY };
const caseOfOrder = caseId(order.purchaseId, { kind: 'make_good' });

let somebody: SomebodysWorker;
let client: Client;
beforeAll(async () => {
  somebody = await SomebodysWorker.start(require.resolve('./rejecting-workflows'), keyless);
  const { connection } = somebody.server;
  client = new Client({ connection, dataConverter: encryption('refuse') });
});
afterAll(() => somebody.stop());

describe('an act that somebody refuses in the place of our workflow, in its words', () => {
  beforeAll(async () => {
    const taken: [type: string, id: string, args: unknown[], memo?: Record<string, unknown>][] = [
      [CONTROL_WORKFLOW_ID, CONTROL_WORKFLOW_ID, [NOTHING_PAUSED], { [CONTROL_MEMO]: NOTHING_PAUSED }],
      [BLOCKS_WORKFLOW_ID, BLOCKS_WORKFLOW_ID, [NOTHING_BLOCKED], { [BLOCKS_MEMO]: NOTHING_BLOCKED }],
      [PURCHASE_WORKFLOW, purchaseWorkflowId(channel, externalId), [order, POLICY], { order }],
      [CASE_WORKFLOW, caseOfOrder, [order, POLICY]],
      [DAY_BREAKS_WORKFLOW, dayBreaksWorkflowId(DAY), [DAY, POLICY]],
    ];
    for (const [type, workflowId, args, memo] of taken)
      await client.workflow.start(type, {
        workflowId,
        taskQueue: SOMEBODYS_QUEUE,
        args,
        ...(memo ? { memo } : {}),
      });
  });

  const acts: [string, () => Promise<unknown>][] = [
    ['a pause', () => new Control(client, SOMEBODYS_QUEUE).pause({ scope: { kind: 'all' }, ...WHO })],
    ['a block', () => new Blocks(client, SOMEBODYS_QUEUE).block({ msisdn: order.msisdn, ...WHO })],
    ['a decision', () => new Operations(client).do('retry', channel, externalId, WHO)],
    ['an operator’s cancellation', () => new Operations(client).do('cancel', channel, externalId, WHO)],
    [
      'a channel’s cancellation',
      () => new TemporalPurchases(client, settings).cancel(channel, externalId, 'w'),
    ],
    [
      'a decision about a case',
      () => new Cases(client, settings).decide(caseOfOrder, { decision: 'refund', ...WHO }),
    ],
    [
      'an act on a break',
      () => new BreakRegisters(client).act(DAY, { id: 'one', act: 'close', by: 'lan', why: 'found' }),
    ],
  ];
  it.each(acts)('is not said to be refused by ours: %s', async (_, act) => {
    expect(await act().catch((fault: unknown) => fault)).toBeInstanceOf(StoredDataUnreadable);
  });
});

describe('a refusal of our own workflow, under encryption', () => {
  it('is told, whether its state forbids the act or its input is wrong, and is readable in the Web UI', async () => {
    const gateway = new ScriptedGateway();
    const held = gateway.hold('charge');
    const lab = new PurchaseLab(somebody.server, gateway, POLICY, anOrder(), encryption('replace'));
    const { channel: ofLab, externalId: id } = lab.order;
    await lab.submitted(async () => {
      await held.arrived;
      const purchases = new TemporalPurchases(client, settings);
      const operations = new Operations(client);
      expect(await purchases.cancel(ofLab, id, 'changed their mind')).toMatchObject({ kind: 'too_late' });
      expect(await operations.do('rollback-done', ofLab, id, WHO)).toMatchObject({
        kind: 'refused',
        because: expect.stringContaining('rollback_done_by_hand is not open') as string,
      });
      const handle = client.workflow.getHandle(purchaseWorkflowId(ofLab, id));
      await expect(handle.executeUpdate(CANCEL_UPDATE, { args: ['now'] })).rejects.toMatchObject({
        cause: { failure: { message: expect.stringContaining('the input must be a JSON object') as string } },
      });
      held.release({ kind: 'done' });
      await handle.result();
    });
  });
});
