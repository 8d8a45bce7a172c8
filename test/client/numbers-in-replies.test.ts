import { gatewayFailure } from '../../activities/gateway-failures';
import { purchaseToShow } from '../../operators/timeline';
import { stuckPurchase } from '../desk/states-of-pages';

describe('a subscriber’s number in a text of MobiFone’s', () => {
  it('is masked in the failure that Temporal keeps', () => {
    const detail = 'MobiFone has it for the package 84905550088, not D90';
    const { message } = gatewayFailure('charge of pur_1', { kind: 'broken_contract', detail });
    expect(message).toContain('for the package ****088, not D90');
  });

  it('is masked where a purchase is shown that was recorded with it', () => {
    const detail = 'result code 84905550088 is not in the contract';
    const purchase = stuckPurchase(['charging', 'no_answer', 'charge'], detail);
    expect(purchaseToShow(purchase).attention?.detail).toBe('result code ****088 is not in the contract');
  });
});
