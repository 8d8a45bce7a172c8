import type { PaymentForm } from '../../domain/catalogue/packages';
import { EmbeddedStack } from '../support/embedded-stack';
import { Selling, until } from '../support/selling';

jest.setTimeout(180_000); // for a machine that is busy with something else

/** So low that calls queue up at Temporal, not at a machine that is slow. */
const CALLS_A_SECOND = 4;
/** So many that the seconds which a busy machine takes to bring a call to the queue are few of those that it waits. */
const FLOOD = 40;
const EARLY = 10;
/** Fewer that wait are no queue to speak of; how many do is up to how fast the machine takes orders. */
const SHORTEST_QUEUE = 4;

let stack: EmbeddedStack;
let selling: Selling;
beforeAll(async () => {
  stack = await EmbeddedStack.start({ MOBIFONE_RATE_LIMIT: `${CALLS_A_SECOND}` });
  selling = new Selling(stack);
});
afterAll(() => stack.end());

/** What the first call of each activity of a sale and of its undoing is called at MobiFone. */
const TRANSACTIONS = new Map([
  ['attemptSale', 'check'],
  ['checkSubscriber', 'check'],
  ['registerPackage', 'registration'],
  ['chargeSubscriber', 'charge'],
  ['rollbackRegistration', 'rollback'],
]);

/** Since when each call of a purchase waited at Temporal, by transaction id. */
function waitingSince(
  purchase: Record<string, unknown>,
  form?: PaymentForm,
): Promise<{ transactionId: string; since: number }[]> {
  return stack.temporal(async ({ workflow }) => {
    const handle = workflow.getHandle(stack.workflowId(String(purchase['externalId']), form));
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap((event) => {
      const type = event.activityTaskScheduledEventAttributes?.activityType?.name ?? '';
      const transaction = TRANSACTIONS.get(type);
      if (!transaction) return [];
      const since = Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
      return [{ transactionId: `${String(purchase['id'])}.${transaction}`, since }];
    });
  });
}

/**
 * Of the sales' calls that waited already when a call came to the queue: how many there were, and how many of them
 * MobiFone's ledger has before it.
 */
async function queueAheadOf(
  call: { transactionId: string; since: number },
  sales: readonly { transactionId: string; since: number }[],
): Promise<{ waiting: number; wentFirst: number }> {
  const received = await selling.received();
  const mine = received.find(({ transactionId }) => transactionId === call.transactionId);
  if (!mine) throw new Error(`MobiFone has not received ${call.transactionId}`);
  const servedBefore = new Map(
    received.map(({ transactionId, at, seq }) => [transactionId, { at: Date.parse(at), seq }]),
  );
  const waiting = sales.filter(
    ({ transactionId, since }) =>
      since < call.since && (servedBefore.get(transactionId)?.at ?? Infinity) > call.since,
  );
  const wentFirst = waiting.filter(
    ({ transactionId }) => (servedBefore.get(transactionId)?.seq ?? Infinity) < mine.seq,
  );
  return { waiting: waiting.length, wentFirst: wentFirst.length };
}

describe('a channel that floods a limited gateway', () => {
  let flood: { transactionId: string; since: number }[];
  let doomed: Record<string, unknown>;
  let single: Record<string, unknown>;

  beforeAll(async () => {
    await selling.flood('early', EARLY); // keep the doomed one until the others wait
    doomed = (await selling.buy('doomed', '0900000403')).body; // its charge will be refused, and nothing is asked about it
    const ids = await selling.flood('flood', FLOOD);
    const purchases = await Promise.all(
      ids.map(async (id) => (await stack.api('GET', `/v1/purchases/${id}`)).body),
    );
    const waiting = () => Promise.all(purchases.map((purchase) => waitingSince(purchase)));
    await until(waiting, (calls) => calls.every((ofOne) => ofOne.length > 0));
    single = (await selling.buy('single', '0900000001', { form: 'prepaid' })).body;
    await selling.positionOf(single['id'], ({ activated }) => activated);
    await selling.positionOf(doomed['id'], ({ rolledBack }) => rolledBack);
    flood = (await waiting()).flat();
  });

  it('does not keep another channel’s single purchase waiting: most who came before it go after it', async () => {
    const [registration] = await waitingSince(single, 'prepaid');
    if (!registration) throw new Error('the single purchase was never registered');

    const { waiting, wentFirst } = await queueAheadOf(registration, flood);

    expect(waiting).toBeGreaterThanOrEqual(SHORTEST_QUEUE);
    expect(wentFirst).toBeLessThan(waiting / 2);
  });

  it('does not keep a rollback waiting, its own channel’s neither: sales that waited longer go after it', async () => {
    const rollback = (await waitingSince(doomed)).find(({ transactionId }) =>
      transactionId.endsWith('.rollback'),
    );
    if (!rollback) throw new Error('the doomed purchase was never rolled back');

    const { waiting, wentFirst } = await queueAheadOf(rollback, flood);

    expect(waiting).toBeGreaterThanOrEqual(SHORTEST_QUEUE);
    expect(wentFirst).toBeLessThan(waiting / 2);
  });
});
