import { isOutcome, type PurchaseState } from '../../domain/purchase/states';
import type { PaymentForm } from '../../domain/catalogue/packages';
import type { ListedPurchaseResource } from '../../api/purchase-search/schemas';
import type { AccountResource } from '../../api/account/schemas';
import type { EligibilityResource } from '../../api/eligibility/schemas';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { localDay } from '../../domain/local-time';
import { EmbeddedStack } from '../support/embedded-stack';
import { anOrder, POLICY } from '../support/orders';
import { Selling, until } from '../support/selling';

jest.setTimeout(180_000); // for a machine that is busy with something else

const ELIGIBLE = '0900000001';
const NO_SUBSCRIBER = '0900000101';
const BALANCE_TOO_LOW = '0900000402';

/** What the postpaid channel sells before its lists are looked at; the other channel sells two as well. */
const SOLD = [
  ...['D10', 'D10', 'D90', 'D90', 'D120'].map((code) => ({ code, msisdn: ELIGIBLE, ends: 'succeeded' })),
  { code: 'D90', msisdn: NO_SUBSCRIBER, ends: 'rejected' },
  { code: 'D10', msisdn: BALANCE_TOO_LOW, ends: 'rolled_back' },
].map((sale, index) => ({ ...sale, externalId: `found-${index}` }));

let stack: EmbeddedStack;
let selling: Selling;
beforeAll(async () => {
  stack = await EmbeddedStack.start();
  selling = new Selling(stack);
  for (const { code, msisdn, externalId } of SOLD) await buy(externalId, msisdn, code);
  for (const id of ['found-0', 'theirs']) await buy(id, ELIGIBLE, 'D90', 'prepaid');
  for (const { externalId } of SOLD) await selling.outcomeOf(externalId);
  for (const id of ['found-0', 'theirs']) await selling.outcomeOf(id, 'prepaid');
  await until(
    () => list(),
    (listed) => listed.length === SOLD.length && listed.every(({ state }) => isOutcome(state)),
  );
});
afterAll(() => stack.end());

function buy(externalId: string, msisdn: string, code: string, form?: PaymentForm) {
  return stack.api('POST', '/v1/purchases', { externalId, msisdn, package: code }, 'wait=30', form);
}

/** Every page of a list, one after the other. */
async function list(query: Record<string, string> = {}, form?: PaymentForm) {
  const listed: ListedPurchaseResource[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(query, cursor, form);
    listed.push(...page.purchases);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return listed;
}

async function read(query: Record<string, string>, cursor?: string, form?: PaymentForm) {
  const parameters = new URLSearchParams({ ...query, ...(cursor === undefined ? {} : { cursor }) });
  const { status, body } = await stack.api(
    'GET',
    `/v1/purchases?${parameters.toString()}`,
    undefined,
    undefined,
    form,
  );
  if (status !== 200) throw new Error(`the list was not answered: ${JSON.stringify(body)}`);
  return body as { purchases: ListedPurchaseResource[]; nextCursor: string | null }; // as documented
}

const idsOf = (listed: readonly { externalId: string }[]) =>
  listed.map(({ externalId }) => externalId).toSorted();
const soldWhere = (holds: (sale: (typeof SOLD)[number]) => boolean) => idsOf(SOLD.filter(holds));

describe('a channel’s list of purchases', () => {
  it.each(['1', '2', '7', '100'])('has each once, page by page of %s', async (limit) => {
    expect(idsOf(await list({ limit }))).toEqual(soldWhere(() => true));
  });

  it('tells each as it is told by its own id', async () => {
    for (const listed of await list()) {
      const { body } = await stack.api('GET', `/v1/purchases/${listed.externalId}`);
      expect(body).toMatchObject(listed);
    }
  });

  it('can be filtered by state, outcome, package, day and need for attention', async () => {
    const state: PurchaseState = 'rejected';
    expect(idsOf(await list({ state }))).toEqual(soldWhere(({ ends }) => ends === 'rejected'));
    expect(idsOf(await list({ outcome: 'succeeded', limit: '2' }))).toEqual(
      soldWhere(({ ends }) => ends === 'succeeded'),
    );
    expect(idsOf(await list({ package: 'D10', outcome: 'succeeded' }))).toEqual(
      soldWhere(({ ends, code }) => ends === 'succeeded' && code === 'D10'),
    );
    expect(await list({ day: '2020-09-23' })).toEqual([]);
    expect(await list({ needsAttention: 'true' })).toEqual([]);
    expect(await list({ needsAttention: 'false' })).toHaveLength(SOLD.length);
  });

  it('goes on neither in another list nor for another channel', async () => {
    const { nextCursor } = await read({ limit: '2' });
    if (nextCursor === null) throw new Error('there was to be another page');
    const elsewhere: [string, PaymentForm][] = [
      [`limit=2&package=D90&cursor=${nextCursor}`, 'postpaid'],
      [`limit=2&cursor=${nextCursor}`, 'prepaid'],
      [`limit=2&cursor=${nextCursor.slice(0, -2)}`, 'postpaid'],
    ];
    for (const [query, form] of elsewhere) {
      const { status, body } = await stack.api('GET', `/v1/purchases?${query}`, undefined, undefined, form);
      expect([status, body['errors']]).toEqual([
        422,
        [expect.objectContaining({ pointer: '/cursor', code: 'foreign_cursor' })],
      ]);
    }
  });

  it('has none of another channel’s, not even under the same external id', async () => {
    const theirs = await list({}, 'prepaid');
    expect(idsOf(theirs)).toEqual(['found-0', 'theirs']);
    const ours = new Set((await list()).map(({ id }) => id));
    for (const { id } of theirs) expect(ours.has(id)).toBe(false);
  });

  it('shows a purchase that was terminated among those that need attention', async () => {
    await stack.order({
      call: 'check',
      match: { msisdn: '84900000009' },
      times: 'forever',
      fault: { kind: 'silence', effect: 'after' },
    });
    await stack.api('POST', '/v1/purchases', { externalId: 'cut-off', msisdn: '0900000009', package: 'D15' });
    await stack.temporal(({ workflow }) => workflow.getHandle(stack.workflowId('cut-off')).terminate());
    const listed = await until(
      () => list({ needsAttention: 'true' }),
      ({ length }) => length > 0,
    );
    expect(listed).toMatchObject([{ externalId: 'cut-off', outcome: null, needsAttention: true }]);
    await stack.liftFaults();
  });
});

describe('a customer on the phone with nothing but a number', () => {
  const search = (body: object, form: PaymentForm = 'postpaid') =>
    stack.api('POST', '/v1/purchases/search', body, undefined, form);

  it('is found with every purchase of this channel for that number, and how they ended', async () => {
    const found = await search({ msisdn: '+84 900 000 001' });
    expect(found.status).toBe(200);
    const purchases = found.body['purchases'] as ListedPurchaseResource[];
    expect(idsOf(purchases)).toEqual(soldWhere(({ msisdn }) => msisdn === ELIGIBLE));
    expect(found.body['totals']).toMatchObject({ succeeded: purchases.length, rejected: 0, open: 0 });
    const refused = await search({ msisdn: BALANCE_TOO_LOW });
    expect(refused.body['totals']).toMatchObject({ succeeded: 0, rolled_back: 1 });
    expect((await search({ msisdn: '0909999999' })).body['purchases']).toEqual([]);
  });

  it('is found by days as well, and not by days on which nothing was sold', async () => {
    const today = localDay(new Date());
    const count = async (wish: object) => ((await search(wish)).body['purchases'] as unknown[]).length;
    expect(await count({ from: '2020-01-01', to: today })).toBe((await list()).length);
    expect(await count({ from: '2020-01-01', to: '2020-12-31' })).toBe(0);
    expect(await count({ from: '2999-01-01' })).toBe(0);
    const { body } = await stack.api('GET', '/v1/purchases?from=2020-01-01&to=2020-12-31');
    expect(body['purchases']).toEqual([]);
  });

  it('goes on page by page with the cursor', async () => {
    const first = await search({ limit: 2 });
    const second = await search({ limit: 2, cursor: first.body['nextCursor'] });
    const ids = [first, second].flatMap(({ body }) =>
      (body['purchases'] as { id: string }[]).map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(4);
  });
});

describe('a purchase that is looked up by our id', () => {
  it('is found by its channel, and by no other', async () => {
    const { body: own } = await stack.api('GET', '/v1/purchases/found-0');
    const address = `/v1/purchases-by-id/${String(own['id'])}`;
    const found = await stack.api('GET', address);
    expect(found).toMatchObject({ status: 200, body: { externalId: 'found-0', outcome: 'succeeded' } });
    expect(found.body['steps']).toEqual(own['steps']);
    const other = await stack.api('GET', address, undefined, undefined, 'prepaid');
    expect(other).toMatchObject({ status: 404, body: { code: 'purchase_not_found' } });
  });
});

describe('a channel’s account', () => {
  it.each(['postpaid', 'prepaid'] as const)(
    'earned to the đồng what MobiFone’s ledger says (%s)',
    async (form) => {
      const listed = await list({}, form);
      const own = new Set(listed.map(({ id }) => id));
      const paid = (await selling.ledger()).flatMap((entry) =>
        (entry.kind === 'charged' || entry.kind === 'activated') && own.has(entry.purchaseId) ? [entry] : [],
      );
      const worth = paid.reduce((sum, { amount }) => sum + amount, 0);
      const discount = listed
        .filter(({ id }) => paid.some(({ purchaseId }) => purchaseId === id))
        .reduce((sum, purchase) => sum + purchase.discount.amount, 0);
      const earned = { sales: paid.length, faceValue: worth, discount, payable: worth - discount };
      expect(paid).toHaveLength(form === 'postpaid' ? 5 : 2);
      expect(await account(form)).toMatchObject({ earned: { today: earned, thisMonth: earned } });
    },
  );

  it('earns the same when prices have changed since, of which it then knows nothing', async () => {
    const before = await account('postpaid');
    await stack.stopPart('api');
    await stack.startPart('api', { DISCOUNTS_FILE: 'test/end-to-end/other-discounts.json' });
    const offered = await stack.api('GET', '/v1/packages/D90');
    expect(offered.body['discount']).toEqual({ rateBasisPoints: 100, amount: 900 });
    expect((await account('postpaid')).earned).toEqual(before.earned);
    await stack.stopPart('api');
    await stack.startPart('api');
  });

  it('counts what was accepted before the amount of the discount could be searched for', async () => {
    const before = (await account('postpaid')).earned.today;
    const order = anOrder({ channel: stack.channel().name, externalId: 'found-old' });
    await stack.temporal(({ workflow }) =>
      workflow.start(PURCHASE_WORKFLOW, {
        workflowId: stack.workflowId('found-old'),
        taskQueue: stack.config.TEMPORAL_TASK_QUEUE,
        args: [order, POLICY],
        memo: { order },
        typedSearchAttributes: [
          { key: SEARCH_ATTRIBUTES.channel, value: order.channel },
          { key: SEARCH_ATTRIBUTES.faceValue, value: order.faceValue },
          { key: SEARCH_ATTRIBUTES.purchaseDay, value: localDay(new Date(order.acceptedAt)) },
        ],
      }),
    );
    const { earned } = await until(
      () => account('postpaid'),
      ({ earned }) => earned.today.sales > before.sales,
    );
    expect(earned.today).toMatchObject({
      sales: before.sales + 1,
      faceValue: before.faceValue + order.faceValue,
      discount: before.discount + order.discount.amount,
      payable: before.payable + order.payable,
    });
  });

  async function account(form: PaymentForm) {
    const { status, body } = await stack.api('GET', '/v1/account', undefined, undefined, form);
    expect(status).toBe(200);
    return body as unknown as AccountResource; // as documented
  }
});

describe('a purchase that is only validated', () => {
  it.each([
    [ELIGIBLE, 'eligible', null],
    [NO_SUBSCRIBER, 'refused', 'subscriber_not_found'],
    ['0900000102', 'refused', 'subscriber_suspended'],
    ['0900000103', 'refused', 'payment_form_mismatch'],
    ['0900000104', 'refused', 'package_not_allowed'],
    ['0900000105', 'refused', 'package_already_active'],
    [BALANCE_TOO_LOW, 'eligible', null], // only the charge will tell
  ])('is told MobiFone’s word on the test number %s: %s %s', async (msisdn, eligibility, reason) => {
    const { status, body } = await stack.api('POST', '/v1/purchases/validate', { msisdn, package: 'D90' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      eligibility,
      reason: reason && { code: reason },
      payable: 84_150,
      acceptedBefore: false,
    });
  });

  it('sells nothing', async () => {
    const effects = (await selling.ledger()).filter(({ purchaseId }) => purchaseId.startsWith('elg_'));
    expect(effects.length).toBeGreaterThan(0);
    expect(new Set(effects.map(({ kind }) => kind))).toEqual(
      new Set(['request_received', 'refused', 'fault_injected']),
    );
    expect(idsOf(await list()).filter((id) => !id.startsWith('found-'))).toEqual(['cut-off']);
  });

  it('is told of an id that is taken', async () => {
    const taken = { externalId: 'found-0', msisdn: ELIGIBLE, package: 'D10' };
    const same = await stack.api('POST', '/v1/purchases/validate', taken);
    expect(same).toMatchObject({ status: 200, body: { acceptedBefore: true } });
    const other = await stack.api('POST', '/v1/purchases/validate', { ...taken, package: 'D90' });
    expect(other).toMatchObject({
      status: 409,
      body: { code: 'external_id_conflict', differing: ['package'] },
    });
  });
});

describe('the packages that a subscriber may have', () => {
  it('are told for all that the channel sells, in one question', async () => {
    const { status, body } = await stack.api('POST', '/v1/eligibility', { msisdn: ELIGIBLE });
    const { packages } = body as unknown as EligibilityResource; // as documented
    expect(status).toBe(200);
    expect(packages.map(({ code, eligibility }) => `${code} ${eligibility}`)).toEqual(
      ['D10', 'D15', 'D30', 'D50', 'D70', 'D90', 'D120'].map((code) => `${code} eligible`),
    );
  });

  it('are unknown while MobiFone is silent, and nobody’s number is in an id', async () => {
    await stack.order({ call: 'check', times: 'forever', fault: { kind: 'silence', effect: 'before' } });
    const { status, body } = await stack.api('POST', '/v1/purchases/validate', {
      msisdn: '0901234567',
      package: 'D90',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ eligibility: 'unknown', reason: null });
    await stack.temporal(async ({ workflow }) => {
      for await (const { workflowId } of workflow.list()) expect(workflowId).not.toContain('901234567');
    });
    await stack.liftFaults();
  });
});
