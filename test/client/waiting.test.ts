import { InterceptingCall, Metadata, status, type Interceptor } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import '../support/quiet-runtime';
import type { Gateway } from '../../mobifone/client';
import type { GatewayCall, GatewayVerdicts } from '../../mobifone/contract';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { msisdn } from '../../domain/msisdn';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { stillHeld } from '../support/garbage';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, ATTEMPT_POLICY, POLICY } from '../support/orders';
import { PurchaseLab } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** Over which calls go, each noted by its name; those that `refuses` names get that gRPC code instead. */
async function watched(refuses: (call: string) => status | undefined = () => undefined) {
  const calls: string[] = [];
  const note: Interceptor = (options, next) => {
    const call = options.method_definition.path.replace(/^.*\//, '');
    calls.push(call);
    const code = refuses(call);
    if (code === undefined) return new InterceptingCall(next(options));
    return new InterceptingCall(next(options), {
      start: (_metadata, listener) => {
        const refused = { code, details: 'as the test wants it', metadata: new Metadata() };
        setImmediate(() => listener.onReceiveStatus(refused));
      },
      sendMessage: () => undefined,
      halfClose: () => undefined,
    });
  };
  const connection = await Connection.connect({ address: server.address, interceptors: [note] });
  return { connection, calls };
}

function purchasesOver(
  connection: Connection,
  taskQueue = 'purchase-lab',
  policy = ATTEMPT_POLICY,
): TemporalPurchases {
  return new TemporalPurchases(new Client({ connection }), { taskQueue, policy });
}

const count = (calls: readonly string[], name: string) => calls.filter((call) => call === name).length;

/** By one for all: one count of purchases, and two for the marker of search attributes, which is not there. */
const COUNTS = 3;

describe('whether orders are taken, which everybody may ask', () => {
  it('is asked of Temporal by one at a time, however many ask', async () => {
    const { connection, calls } = await watched();
    const purchases = purchasesOver(connection);
    const answers = await Promise.all(Array.from({ length: 50 }, () => purchases.readiness()));
    expect(new Set(answers)).toEqual(new Set(['ready']));
    expect(count(calls, 'CountWorkflowExecutions')).toBe(COUNTS);
    await purchases.readiness();
    expect(count(calls, 'CountWorkflowExecutions')).toBe(2 * COUNTS);
    await connection.close();
  });
});

describe('a channel that waits for a purchase which nobody works on', () => {
  it('has its order accepted within seconds, and is told how it stands when its time is up', async () => {
    const { connection, calls } = await watched();
    const purchases = purchasesOver(connection, 'nobody');
    const submission = await purchases.submit(anOrder(), 5_000);
    expect(submission).toMatchObject({ kind: 'accepted', purchase: { state: 'accepted', outcome: null } });
    expect(count(calls, 'StartWorkflowExecution')).toBe(1); // no worker confirmed the wait, so it is started without
    await connection.close();
  });
});

describe('an order with whose start nothing else is wrong but that the wait cannot be asked for', () => {
  it.each([status.RESOURCE_EXHAUSTED, status.UNIMPLEMENTED, status.UNAVAILABLE])(
    'is accepted and answered with its outcome all the same (gRPC code %i)',
    async (code) => {
      const isWait = (call: string) => /ExecuteMultiOperation|UpdateWorkflowExecution$/.test(call);
      const { connection } = await watched((call) => (isWait(call) ? code : undefined));
      const lab = new PurchaseLab(server, new ScriptedGateway(), POLICY);
      await lab.run(async () => {
        const submission = await purchasesOver(connection).submit(anOrder(), 20_000);
        expect(submission).toMatchObject({ kind: 'accepted', purchase: { outcome: 'succeeded' } });
      });
      await connection.close();
    },
  );
});

/** A gateway that does what any purchase asks of it. */
const WILLING: Gateway = {
  call: async <C extends GatewayCall>() => ({ kind: 'done' }) as GatewayVerdicts[C], // every call may be done
  close: () => undefined,
};

describe('answers that were held', () => {
  it('leave nothing behind in the process once they are out', async () => {
    const { connection } = await watched();
    const client = new Client({ connection });
    const signals: WeakRef<object>[] = [];
    const withAbortSignal = client.withAbortSignal.bind(client);
    client.withAbortSignal = (signal, call) => {
      signals.push(new WeakRef(signal)); // by its listeners, it would hold the whole call
      return withAbortSignal(signal, call);
    };
    const purchases = new TemporalPurchases(client, { taskQueue: 'purchase-lab', policy: ATTEMPT_POLICY });
    const lab = new PurchaseLab<Gateway>(server, WILLING, ATTEMPT_POLICY);
    await lab.run(async () => {
      for (let orders = 0; orders < 10; orders += 1) {
        const submission = await purchases.submit(anOrder(), 60_000);
        expect(submission).toMatchObject({ kind: 'accepted', purchase: { outcome: 'succeeded' } });
      }
    });
    expect(signals.length).toBeGreaterThanOrEqual(10);
    await eventually('none is held', async () => ((await stillHeld(signals)) === 0 ? true : undefined));
    await connection.close();
  });
});

describe('many who wait for one purchase', () => {
  it('share one call of their process, and one update of the purchase', async () => {
    const { connection, calls } = await watched();
    const gateway = new ScriptedGateway();
    const lab = new PurchaseLab(server, gateway, ATTEMPT_POLICY);
    const order: PurchaseOrder = anOrder();
    const held = gateway.hold('charge');
    await lab.run(async () => {
      const purchases = purchasesOver(connection);
      await purchases.submit(order, 0);
      await held.arrived;
      const waits = Array.from({ length: 200 }, () =>
        purchases.find(order.channel, order.externalId, 30_000),
      );
      await eventually('the update', () => count(calls, 'UpdateWorkflowExecution') || undefined);
      held.release({ kind: 'done' });
      const told = await Promise.all(waits);
      expect(new Set(told.map((purchase) => purchase?.outcome))).toEqual(new Set(['succeeded']));
    });
    expect(count(calls, 'UpdateWorkflowExecution')).toBe(1);
    expect(calls.length).toBeLessThan(20);
    await connection.close();
  });
});

describe('another order under an id that is taken, while its first holder waits', () => {
  it('is told that it conflicts, never the other purchase', async () => {
    const { connection } = await watched();
    const gateway = new ScriptedGateway();
    const held = gateway.hold('check');
    const lab = new PurchaseLab(server, gateway, ATTEMPT_POLICY);
    const order = anOrder();
    await lab.run(async () => {
      const purchases = purchasesOver(connection);
      const first = purchases.submit(order, 20_000);
      await held.arrived;
      const other = { ...order, msisdn: msisdn('84909999999') };
      expect(await purchases.submit(other, 20_000)).toEqual({ kind: 'conflict', differing: ['msisdn'] });
      held.release({ kind: 'done' });
      expect(await first).toMatchObject({ kind: 'accepted', purchase: { outcome: 'succeeded' } });
      await lab.handle(order).result();
      expect(await purchases.submit(other, 20_000)).toMatchObject({ kind: 'conflict' });
    });
    await connection.close();
  });
});

describe('an order that is sent again while its first sending is held', () => {
  it('waits for the same outcome, also when the purchase is over', async () => {
    const { connection } = await watched();
    const lab = new PurchaseLab(server, new ScriptedGateway(), ATTEMPT_POLICY);
    const order = anOrder();
    await lab.run(async () => {
      const purchases = purchasesOver(connection);
      const both = [purchases.submit(order, 20_000), purchases.submit(order, 20_000)];
      const kinds = (await Promise.all(both)).map(({ kind }) => kind).toSorted();
      expect(kinds).toEqual(['accepted', 'repeated']);
      await lab.handle(order).result();
      expect(await purchases.submit(order, 20_000)).toMatchObject({
        kind: 'repeated',
        purchase: { outcome: 'succeeded' },
      });
    });
    await connection.close();
  });
});

describe('many who listen to one purchase to which nothing happens', () => {
  it('share one call of their process, which asks no worker again for what they know', async () => {
    const { connection, calls } = await watched();
    const gateway = new ScriptedGateway();
    const lab = new PurchaseLab(server, gateway, POLICY);
    const order: PurchaseOrder = anOrder();
    const held = gateway.hold('charge');
    await lab.run(async () => {
      const purchases = purchasesOver(connection, 'purchase-lab', POLICY);
      await purchases.submit(order, 0);
      await held.arrived;
      const listen = (after: number, waitMs: number, upToDate: { isUpToDate?: true } = {}) =>
        purchases.eventsAfter(order.channel, order.externalId, { after, waitMs, ...upToDate });
      const known = await listen(0, 0);
      const after = known.kind === 'told' ? known.events.length : 0;
      const before = calls.length;
      const told = await Promise.all(Array.from({ length: 200 }, () => listen(after, 3_000)));
      expect(new Set(told.map((answer) => JSON.stringify(answer)))).toEqual(
        new Set([JSON.stringify({ kind: 'told', events: [], over: false })]),
      );
      expect(calls.slice(before).length).toBeLessThan(20);

      const then = calls.length;
      await listen(after, 1_500, { isUpToDate: true });
      expect(calls.slice(then)).not.toContain('QueryWorkflow');
      held.release({ kind: 'done' });
      await lab.handle(order).result();
    });
    await connection.close();
  });
});
