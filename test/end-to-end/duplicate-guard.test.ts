import { setTimeout } from 'node:timers/promises';
import { unkeyedDigest } from '../../client/idempotency-digests';
import { TemporalOrderClaims, type OrderClaim, type OrderClaims } from '../../client/order-claims';
import { TemporalUnavailable } from '../../client/purchases';
import { packageCode } from '../../domain/catalogue/packages';
import { channelName, externalId } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import type { ApiAnswer } from '../support/embedded-stack';
import { EmbeddedStack } from '../support/embedded-stack';
import { freePorts } from '../support/free-ports';
import { Selling } from '../support/selling';

/** Minutes for a machine that is busy with something else. */
jest.setTimeout(600_000);

/** At each of two API processes at once. */
const AT_ONCE = 40;
const SOLD_OUT_OF_BALANCE = '0900000402';

let stack: EmbeddedStack;
let selling: Selling;
let apis: string[];
beforeAll(async () => {
  stack = await EmbeddedStack.start({ DUPLICATE_WINDOW: '1h' });
  const [port] = await freePorts(1);
  await stack.startPart('api', { API_PORT: `${port}` }, 'second api');
  apis = [stack.apiUrl, `http://127.0.0.1:${port}`];
  selling = new Selling(stack);
});
afterAll(() => stack.end());

async function buy(
  api: string | undefined,
  externalId: string,
  msisdn: string,
  over: Readonly<Record<string, unknown>> = {},
): Promise<ApiAnswer> {
  const response = await fetch(`${api}/v1/purchases`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.channels[0]?.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ externalId, msisdn, package: 'D90', ...over }),
  });
  const body = (await response.json()) as ApiAnswer['body']; // every answer of the API is an object
  if (response.status !== 503) return { status: response.status, body };
  await setTimeout(Number(response.headers.get('retry-after')) * 1000); // overloaded: the same order again, as it says
  return buy(api, externalId, msisdn, over);
}

describe('the same sale under many order ids at once, at two API processes', () => {
  it('is made once; every other order names the one that was accepted', async () => {
    const orders = apis.flatMap((api, process) =>
      Array.from({ length: AT_ONCE }, (_, at) => buy(api, `rival-${process}-${at}`, '0901000001')),
    );
    const answers = await Promise.all(orders);
    const [accepted, ...others] = answers.filter(({ status }) => status < 300);
    expect(others).toEqual([]);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(2 * AT_ONCE - 1);
    for (const { body } of refused) {
      expect(body).toMatchObject({
        code: 'possible_duplicate',
        duplicateOf: { externalId: accepted?.body['externalId'] },
      });
    }
    const received = await selling.received();
    expect(new Set(received.map(({ purchaseId }) => purchaseId)).size).toBe(1);
  });

  it('is still noticed after both API processes were started again', async () => {
    await stack.killPart('api');
    await stack.startPart('api');
    const { status } = await buy(stack.apiUrl, 'after-a-restart', '0901000001');
    expect(status).toBe(409);
  });

  it('is made again where the order says so, and the same order may be repeated', async () => {
    const twice = { allowDuplicate: true };
    expect((await buy(apis[1], 'meant', '0901000001', twice)).status).toBe(201);
    expect((await buy(apis[0], 'meant', '0901000001', twice)).status).toBe(200);
  });
});

describe('a thousand claims on one sale at once, by two processes', () => {
  it('are granted to one; all others learn which', async () => {
    const claims = await stack.temporal((client) => {
      const settings = {
        taskQueue: stack.config.TEMPORAL_TASK_QUEUE,
        digests: (key: string) => [unkeyedDigest(key)] as const,
      };
      const one = new TemporalOrderClaims(client, settings);
      const other = new TemporalOrderClaims(client, settings);
      return Promise.all(
        Array.from({ length: 1000 }, (_, at) => claimed(at % 2 === 0 ? one : other, `claim-${at}`)),
      );
    });
    const granted = claims.filter(({ kind }) => kind === 'granted');
    expect(granted).toHaveLength(1);
    expect(new Set(claims.map(({ by }) => by))).toEqual(new Set([granted[0]?.by]));
  });

  /** Again while Temporal is overloaded by all of them. */
  async function claimed(claims: OrderClaims, id: string): Promise<OrderClaim> {
    const sale = {
      channel: channelName('demo'),
      msisdn: msisdn('84901999999'),
      package: packageCode('D90'),
      externalId: externalId(id),
    };
    for (;;) {
      try {
        return await claims.claim(sale, 3_600_000);
      } catch (fault) {
        if (!(fault instanceof TemporalUnavailable)) throw fault;
      }
      await setTimeout(500);
    }
  }
});

describe('a sale that came to nothing', () => {
  it('may be tried again at once under another order id, by one of many', async () => {
    await buy(apis[0], 'no-balance', SOLD_OUT_OF_BALANCE);
    await selling.outcomeOf('no-balance');
    // A try whose own sale is over before the others ask would rightly make room for one more.
    await stack.order({ call: 'check', times: 'forever', fault: { kind: 'delay', ms: 50_000 } });
    const tries = apis.flatMap((api, process) =>
      Array.from({ length: 5 }, (_, at) => buy(api, `again-${process}-${at}`, SOLD_OUT_OF_BALANCE)),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(9);
  });
});

describe('what is stored of a claim', () => {
  it('holds no subscriber’s number', async () => {
    const claims = await stack.temporal(async ({ workflow }) => {
      const found: unknown[] = [];
      for await (const { raw } of workflow.list({ query: "WorkflowType = 'orderClaim'" })) found.push(raw);
      return found;
    });
    expect(claims.length).toBeGreaterThan(0);
    expect(JSON.stringify(claims)).not.toMatch(/901000001|900000402/);
  });
});
