import { EmbeddedStack } from '../support/embedded-stack';
import { withFixedValues } from '../support/parts/fixed-values';
import { addChannels, HangingWebhook } from '../support/hanging-webhooks';
import { Selling, until } from '../support/selling';

jest.setTimeout(180_000); // for a machine that is busy with something else

/** Fewer than notices hang, so that they would take all slots if they were not bounded. */
const SLOTS = 8;
const SLOTS_OF_A_CHANNEL = 3;
const REFUNDS = 12;
/** Each of one channel with a host of its own. */
const SINGLE_CHANNELS = SLOTS - SLOTS_OF_A_CHANNEL - 1;
const REJECTED = '0900000105';
const ELIGIBLE = '0900000001';

let stack: EmbeddedStack;
let selling: Selling;
const webhooks: HangingWebhook[] = [];

beforeAll(async () => {
  stack = await EmbeddedStack.start({
    WORKER_SLOTS: `fixed:${SLOTS}`,
    ...withFixedValues({
      webhookConcurrency: SLOTS,
      webhookChannelConcurrency: SLOTS_OF_A_CHANNEL,
      webhookTimeoutMs: 3_600_000, // what hangs, hangs until the test ends it
    }),
    WORKER_SHUTDOWN_GRACE: '1s',
  });
  selling = new Selling(stack);
});
afterAll(async () => {
  await Promise.all(webhooks.map((webhook) => webhook.close()));
  await stack.end();
});

async function hangingWebhook(): Promise<HangingWebhook> {
  const webhook = await HangingWebhook.listen();
  webhooks.push(webhook);
  return webhook;
}

/** Orders as a channel of the test's; the API may have to follow the changed registry first. */
async function buy(key: string, externalId: string): Promise<void> {
  const order = () =>
    fetch(`${stack.apiUrl}/v1/purchases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ externalId, msisdn: REJECTED, package: 'D90' }),
    });
  await until(order, ({ status }) => status === 201);
}

/** A sale of the prepaid demo channel, and a refund that its own webhook takes. */
async function sellAndRefund(name: string): Promise<void> {
  await selling.buy(`${name}-sale`, ELIGIBLE, { form: 'prepaid' });
  await selling.buy(`${name}-refund`, REJECTED, { form: 'prepaid' });
  expect(await selling.outcomeOf(`${name}-sale`, 'prepaid')).toMatchObject({ outcome: 'succeeded' });
  expect(await selling.outcomeOf(`${name}-refund`, 'prepaid')).toMatchObject({ outcome: 'rejected' });
  const refunded = stack.purchaseId(`${name}-refund`, 'prepaid');
  await until(
    () => selling.ledger(),
    (entries) =>
      entries.some((entry) => entry.kind === 'notice_received' && entry.purchaseId === String(refunded)),
  );
}

describe('a channel whose webhook takes every notice and answers none', () => {
  let webhook: HangingWebhook;

  beforeAll(async () => {
    webhook = await hangingWebhook();
    const [key = ''] = await addChannels(stack.config, [{ name: 'hanging', webhookUrl: webhook.url }]);
    for (let order = 0; order < REFUNDS; order += 1) await buy(key, `hanging-${order}`);
    await until(
      async () => webhook.waiting,
      (waiting) => waiting >= SLOTS_OF_A_CHANNEL,
    );
  });

  it('does not delay another channel: its sale and its refund go through while all notices still hang', async () => {
    await sellAndRefund('beside-one');

    expect(webhook.waiting).toBe(SLOTS_OF_A_CHANNEL);
    expect(webhook.mostWaiting).toBe(SLOTS_OF_A_CHANNEL);
    expect(webhook.came).toBe(SLOTS_OF_A_CHANNEL);
  });

  it('nor do several such channels at once, each on a host of its own, as long as slots are left', async () => {
    const singles = await Promise.all(Array.from({ length: SINGLE_CHANNELS }, hangingWebhook));
    const keys = await addChannels(
      stack.config,
      singles.map(({ url }, index) => ({ name: `single-${index}`, webhookUrl: url })),
    );
    for (const [index, key] of keys.entries()) await buy(key, `single-${index}`);
    await until(
      async () => singles.filter(({ waiting }) => waiting === 1),
      (hanging) => hanging.length === singles.length,
    );

    await sellAndRefund('beside-many');

    expect(singles.map(({ waiting }) => waiting)).toEqual(singles.map(() => 1));
    expect(webhook.waiting).toBe(SLOTS_OF_A_CHANNEL);
  });
});
