import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { PaymentForm } from '../../domain/catalogue/packages';
import type { Purchase } from '../../domain/purchase/purchase';
import { STUCK_NUMBERS, TEST_NUMBERS } from '../../sandbox/test-numbers';
import { anOrder, POLICY } from '../support/orders';
import { PurchaseLab, timeSkippingServer } from '../support/purchase-lab';
import { sandboxWithClient, type SandboxLab } from '../support/sandbox-lab';

let server: TestWorkflowEnvironment;
let mobifone: SandboxLab;
/** The sandbox's clock does not skip time as the server does. */
let passedMs = 0;
beforeAll(async () => {
  server = await timeSkippingServer();
  mobifone = await sandboxWithClient({ now: () => Date.now() + passedMs });
});
afterAll(async () => {
  await server.teardown();
  await mobifone.stop();
});

async function buy(number: string, paymentForm: PaymentForm = 'postpaid'): Promise<Purchase> {
  const order = anOrder({ msisdn: `84${number.slice(1)}`, paymentForm });
  return new PurchaseLab(server, mobifone.gateway, POLICY, order).sell();
}

describe.each(TEST_NUMBERS)('the test number $number ($title)', ({ number, outcome }) => {
  it(`comes to ${outcome}, as the documents say, and the ledger agrees`, async () => {
    const purchase = await buy(number);

    expect(purchase).toMatchObject({ outcome, attention: null });
    const position = mobifone.sandbox.ledger.position(purchase.order.purchaseId);
    const sold = outcome === 'succeeded';
    expect(position).toMatchObject({ registered: sold, charges: sold ? 1 : 0 });
  });
});

describe('a test number that is refused', () => {
  it.each(['0900000101', '0900000102', '0900000103', '0900000104', '0900000105', '0900000201'])(
    '%s is refused prepaid as well, where MobiFone checks at the registration',
    async (number) => {
      expect((await buy(number, 'prepaid')).outcome).toBe('rejected');
    },
  );

  it('can be used again: its faults strike each purchase anew', async () => {
    expect((await buy('0900000402')).outcome).toBe('rolled_back');
    expect((await buy('0900000402')).outcome).toBe('rolled_back');
  });
});

describe.each(STUCK_NUMBERS)('the stuck number $number ($title)', ({ number, step, attention }) => {
  it(`needs a person at ${step} for ${attention}, and goes on once the faults are lifted`, async () => {
    const order = anOrder({ msisdn: `84${number.slice(1)}` });
    const lab = new PurchaseLab(server, mobifone.gateway, POLICY, order);
    lab.deliver = async () => {
      const struck = mobifone.sandbox.gateway.faultOfNotice(order.purchaseId) !== undefined;
      return struck ? { kind: 'retry', detail: 'the webhook answered 503' } : { kind: 'delivered' };
    };
    await lab.submitted(async () => {
      const stuck = await lab.until((purchase) => {
        if (purchase.outcome === 'rejected') passedMs += 60_000; // what is late takes effect
        return purchase.attention !== null;
      });
      const steps = step === 'success_message' ? ['transaction_message', step] : [step]; // sent side by side
      expect(stuck.attention?.reason).toBe(attention);
      expect(steps).toContain(stuck.attention?.step);
      mobifone.sandbox.gateway.liftFaultsOfNumbers();
      const { outcome, attention: left } = await lab.result();
      expect(left).toBeNull();
      const sold = outcome === 'succeeded';
      const position = mobifone.sandbox.ledger.position(order.purchaseId);
      expect(position).toMatchObject({ registered: sold, charges: sold ? 1 : 0 });
    });
  });
});
