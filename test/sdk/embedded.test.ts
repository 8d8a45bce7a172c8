import { localDay } from '../../domain/local-time';
import { DatacodeClient, DatacodeProblem } from '../../sdk/index';
import { eventually } from '../support/eventually';
import { EmbeddedStack } from '../support/embedded-stack';

jest.setTimeout(180_000);

let stack: EmbeddedStack;
let client: DatacodeClient;
beforeAll(async () => {
  stack = await EmbeddedStack.start();
  client = new DatacodeClient({ baseUrl: stack.apiUrl, key: stack.key() });
});
afterAll(() => stack.end());

describe('a channel that sells through the SDK', () => {
  it('sees its prices, buys, and looks the purchase up', async () => {
    const offers = await client.packages();
    expect(offers).toContainEqual(expect.objectContaining({ code: 'D90', faceValue: 90_000 }));
    const order = { externalId: 'sdk-1', msisdn: '0900000001', package: 'D90' };
    expect(await client.submit(order, { wait: 30 })).toMatchObject({ state: 'succeeded' });
    expect(await client.find('sdk-1')).toMatchObject({ externalId: 'sdk-1', outcome: 'succeeded' });
    expect(await client.find('sdk-none')).toBeUndefined();
  });

  it('learns that a charge was refused, and why, in words for its customer', async () => {
    await client.submit({ externalId: 'sdk-2', msisdn: '0900000402', package: 'D90' });
    expect(await client.untilOutcome('sdk-2')).toMatchObject({
      outcome: 'rolled_back',
      reason: { code: 'insufficient_balance', message: { vi: expect.any(String), en: expect.any(String) } },
    });
  });

  it('is told every fault of an order at once', async () => {
    const refused = client.submit({ externalId: 'sdk-3', msisdn: '123', package: 'no such' });
    await expect(refused).rejects.toBeInstanceOf(DatacodeProblem);
    await expect(refused).rejects.toMatchObject({
      code: 'invalid_request',
      problem: { errors: [{ pointer: '/msisdn' }, { pointer: '/package' }] },
    });
  });
});

describe('what a channel asks about its business', () => {
  it('finds its purchases, in a list over pages and by our id', async () => {
    const sold = ['sdk-list-1', 'sdk-list-2', 'sdk-list-3'];
    for (const externalId of sold) {
      await client.submit({ externalId, msisdn: '0900000001', package: 'D10' }, { wait: 30 });
    }
    const listed = await eventually('the three purchases in the list', async () => {
      const seen: string[] = []; // Temporal lists what it has indexed, which follows
      for await (const { externalId } of client.list({ package: 'D10', outcome: 'succeeded', limit: '2' })) {
        seen.push(externalId);
      }
      return seen.length >= sold.length ? seen : undefined;
    });
    expect(listed.toSorted()).toEqual(sold);
    const { id } = (await client.find('sdk-list-1')) ?? {};
    expect(await client.findById(id ?? '')).toMatchObject({ externalId: 'sdk-list-1' });
    expect(await client.findById('pur_aaaaaaaaaaaaaaaaaaaaaaaaaa')).toBeUndefined();
  });

  it('learns what a sale would come to, with nothing sold', async () => {
    const asked = { msisdn: '0900000101', package: 'D90' };
    expect(await client.validate(asked)).toMatchObject({ eligibility: 'refused', faceValue: 90_000 });
    const { packages } = await client.eligibility('0900000001');
    expect(packages).toContainEqual(expect.objectContaining({ code: 'D90', eligibility: 'eligible' }));
  });

  it('reads what its webhook was told, and has it told once more', async () => {
    const [refund] = await client.noticesOf('sdk-2');
    expect(refund).toMatchObject({ type: 'purchase.refund_due', externalId: 'sdk-2' });
    expect(await client.resendNotice(refund?.id ?? '')).toMatchObject({ id: refund?.id });
    await eventually('the notice in the list, which holds refund notices that were sent again', async () => {
      for await (const { id } of client.notices()) if (id === refund?.id) return id;
      return undefined;
    });
  });

  it('sees who it is, and the discount that it earned', async () => {
    expect(await client.account()).toMatchObject({ channel: 'demo', earned: { today: {}, thisMonth: {} } });
  });
});

describe('a statement of the day', () => {
  it('has what was sold and what is refunded, the same as JSON and as lines', async () => {
    const {
      days: [day],
      ...statement
    } = await eventually('the sales in the statement', async () => {
      const read = await client.statement(localDay(new Date()));
      return read.totals.sold.count >= 4 && read.totals.refunded.count > 0 ? read : undefined;
    });
    expect(statement).toMatchObject({ channel: 'demo', totals: { sold: { payable: statement.closing } } });
    expect(day?.refunds).toContainEqual(expect.objectContaining({ externalId: 'sdk-2', amount: 90_000 }));
    const lines = Buffer.from(await client.statementFile(statement.period, 'csv')).toString();
    const payable = lines.matchAll(/^sold,(?:[^,]*,){6}(\d+)/gm);
    expect([...payable].reduce((sum, [, each]) => sum + Number(each), 0)).toBe(statement.closing);
  });
});

describe('a purchase that is followed while the API is killed', () => {
  it('is told from the first event to the last, each once', async () => {
    await client.submit({ externalId: 'sdk-5', msisdn: '0900000601', package: 'D90' }); // three seconds a step
    const told: string[] = [];
    const connections: string[] = [];
    const onConnection = (connection: string) => connections.push(connection);
    for await (const { sequence, type } of client.events('sdk-5', { onConnection })) {
      expect(sequence).toBe(told.push(type));
      if (type !== 'step.check' || connections.length > 0) continue;
      await stack.killPart('api');
      await stack.startPart('api');
    }
    expect(told[0]).toBe('purchase.accepted');
    expect(told).toContain('purchase.succeeded');
    expect(connections).toEqual(['lost', 'resumed']);
  });
});

describe('an API that is killed and comes back', () => {
  it('is asked again by the SDK, and the purchase is sold once', async () => {
    await stack.killPart('api');
    const sale = client.submit({ externalId: 'sdk-4', msisdn: '0900000001', package: 'D90' }, { wait: 30 });
    await stack.startPart('api');
    const { id } = await sale;
    const position = await stack.sandbox<{ charges: number }>(`purchases/${id}`);
    expect(position.charges).toBe(1);
  });
});
