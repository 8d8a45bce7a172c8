import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { PaymentForm } from '../../domain/catalogue/packages';
import type { Position } from '../../sandbox/ledger-entries';
import { EmbeddedStack } from '../support/embedded-stack';
import { forgetPurchase, quickToDelete } from '../support/forgetting';
import { searchAttributesTold } from '../support/history-reading';
import { Selling } from '../support/selling';

jest.setTimeout(180_000); // for a machine that is busy with something else

/** One purchase of every kind; none is bought by two tests. */
const ORDERS = {
  sold: { msisdn: '0900000001', form: 'postpaid' },
  soldPrepaid: { msisdn: '0900000001', form: 'prepaid' },
  stillActive: { msisdn: '0900000007', form: 'postpaid' },
  dearerToday: { msisdn: '0900000001', form: 'postpaid' },
  rolledBack: { msisdn: '0900000402', form: 'postpaid' },
  refusedPrepaid: { msisdn: '0900000201', form: 'prepaid' },
} as const satisfies Record<string, { msisdn: string; form: PaymentForm }>;
type OrderName = keyof typeof ORDERS;
const ORDER_NAMES = Object.keys(ORDERS) as OrderName[]; // keys of the literal above

let folder: string;
let stack: EmbeddedStack;
let selling: Selling;
/** What MobiFone had of each purchase when Temporal had forgotten it. */
const before = new Map<OrderName, Position>();

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'datacode-retention-'));
  stack = await EmbeddedStack.start({ TEMPORAL_CLI_PATH: await quickToDelete(folder) });
  selling = new Selling(stack);
  const ids = await Promise.all(ORDER_NAMES.map(async (name) => (await buy(name)).body['id']));
  await Promise.all(ORDER_NAMES.map(forget));
  await stack.stopPart('worker'); // after a month no process remembers a run that it worked on
  await stack.startPart('worker');
  for (const [index, name] of ORDER_NAMES.entries()) before.set(name, await positionNow(ids[index]));
});
afterAll(async () => {
  await stack.end();
  await rm(folder, { recursive: true, force: true });
});

/** The catalogue after a rise of prices: a file for PACKAGES_FILE. */
async function dearerCatalogue(folder: string): Promise<string> {
  const catalogue = JSON.parse(await readFile('catalogue/packages.json', 'utf8')) as {
    packages: { faceValue: number }[];
  }; // our own file
  const packages = catalogue.packages.map((sold) => ({ ...sold, faceValue: sold.faceValue + 1000 }));
  const file = path.join(folder, 'dearer-packages.json');
  await writeFile(file, JSON.stringify({ ...catalogue, packages }));
  return file;
}

const buy = (name: OrderName) => selling.buy(name, ORDERS[name].msisdn, { form: ORDERS[name].form });
const positionNow = (id: unknown) => stack.sandbox<Position>(`purchases/${String(id)}`);

/** What retention does after its days: nothing of the purchase is left at Temporal. */
const forget = (name: OrderName) => forgetPurchase(stack, stack.workflowId(name, ORDERS[name].form));

/** The channel sends the very same order again; how that ends, and what MobiFone has then. */
async function repeat(name: OrderName) {
  const { form } = ORDERS[name];
  const { status, body } = await buy(name);
  await stack.temporal(({ workflow }) => workflow.getHandle(stack.workflowId(name, form)).result());
  const purchase = await selling.outcomeOf(name, form);
  return { status, purchase, id: body['id'], position: await positionNow(body['id']) };
}

describe('an order that is repeated after Temporal has forgotten it', () => {
  it('was sold, postpaid: ends as sold again; no second registration, charge or message', async () => {
    const { status, purchase, position } = await repeat('sold');

    expect(status).toBe(201); // for Temporal it is new
    expect(purchase).toMatchObject({ outcome: 'succeeded', needsAttention: false });
    expect(position).toMatchObject({ registrations: 1, charges: 1, chargesStanding: 1 });
    expect(position.messages).toHaveLength(2);
    expect(position).toEqual(before.get('sold'));
  });

  it('was sold, prepaid: ends as sold again; the money is not taken a second time', async () => {
    const { purchase, position } = await repeat('soldPrepaid');

    expect(purchase).toMatchObject({ outcome: 'succeeded' });
    expect(position).toMatchObject({ activations: 1, activated: true });
    expect(position).toEqual(before.get('soldPrepaid'));
  });

  it('was sold, and the subscriber still has the package: is not rejected for what it sold itself', async () => {
    await stack.giveRefusals('84900000007', { check: '2002', register: '2002' });

    const { purchase, position } = await repeat('stillActive');

    expect(purchase).toMatchObject({ outcome: 'succeeded' });
    expect(position).toEqual(before.get('stillActive'));
  });

  it('was rolled back: is still not charged, and the refund notice keeps its id', async () => {
    const { purchase, position, id } = await repeat('rolledBack');

    expect(purchase).toMatchObject({ outcome: 'rejected', reason: { code: 'duplicate_order' } });
    expect(position).toMatchObject({ registrations: 1, registered: false, charges: 0, rolledBack: true });
    expect(before.get('rolledBack')?.noticeIds).toEqual([`refund_${String(id)}`]);
    expect(position.noticeIds).toEqual([`refund_${String(id)}`]);
  });

  it('was refused, prepaid: is still not activated, and the refund notice keeps its id', async () => {
    const { purchase, position, id } = await repeat('refusedPrepaid');

    expect(purchase).toMatchObject({ outcome: 'rejected', reason: { code: 'registration_refused' } });
    expect(position).toEqual(before.get('refusedPrepaid'));
    expect(position.noticeIds).toEqual([`refund_${String(id)}`]);
  });
});

describe('an order that is repeated so late, and whose package costs more by now', () => {
  it('is not charged again: its keys carry another content, so a person is called until MobiFone says what stands', async () => {
    await stack.stopPart('api');
    await stack.startPart('api', { PACKAGES_FILE: await dearerCatalogue(folder) });

    const { purchase, id, position } = await repeat('dearerToday');

    expect(position).toEqual(before.get('dearerToday'));
    const reasons = await stack.temporal(({ workflow }) =>
      searchAttributesTold(workflow.getHandle(stack.workflowId('dearerToday'))),
    );
    const called = reasons.filter(({ AttentionReason }) => AttentionReason === 'broken_contract');
    expect(called).toHaveLength(1); // for the registration; the charge is asked about, and stands
    // The sale stands at its old price, and our record has the new one: a difference for the reconciliation.
    expect(purchase).toMatchObject({ outcome: 'succeeded', faceValue: 91_000 });
    const charged = (await selling.ledger()).filter(
      (entry) => entry.kind === 'charged' && entry.purchaseId === id,
    );
    expect(charged).toEqual([expect.objectContaining({ amount: 90_000 })]);
  });
});
