import { isWhole } from '../../client/own-order';
import { acceptedPurchase, type Purchase } from '../../domain/purchase/purchase';
import type { PurchaseStep, StepStatus } from '../../domain/purchase/steps';
import { anOrder } from '../support/orders';

/** A purchase that says to be over, with these steps. */
function over(outcome: Purchase['outcome'], ...steps: [PurchaseStep, StepStatus][]): Purchase {
  const startedAt = '2026-11-24T03:05:00.000Z';
  return {
    ...acceptedPurchase(anOrder()),
    outcome,
    steps: steps.map(([step, status]) => ({ step, status, startedAt })),
  };
}

describe('a purchase that tells its end', () => {
  it.each([
    ['it was sold', over('succeeded', ['charge', 'done'])],
    ['its channel was told to refund', over('rolled_back', ['rollback', 'done'], ['refund_notice', 'done'])],
  ])('is whole where nothing is left to do: %s', (_, purchase) => {
    expect(isWhole(purchase)).toBe(true);
  });

  it.each([
    ['it has no outcome', over(null, ['charge', 'done'])],
    ['a message is still to be sent', over('succeeded', ['charge', 'done'], ['success_message', 'running'])],
    ['its rollback still runs', over('rolled_back', ['refund_notice', 'done'], ['rollback', 'running'])],
    ['its refund notice has not begun', over('rejected', ['check', 'refused'])],
    ['its refund notice was left', over('cancelled', ['refund_notice', 'abandoned'])],
  ])('is not, where it is the answer of one that goes on: %s', (_, purchase) => {
    expect(isWhole(purchase)).toBe(false);
  });
});
