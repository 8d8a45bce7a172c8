import * as fc from 'fast-check';
import { derivePurchaseId } from '../../client/purchase-id';
import {
  channelName,
  EXTERNAL_ID_PATTERN,
  externalId,
  purchaseId,
  purchaseWorkflowId,
  refundNoticeId,
  transactionId,
} from '../../domain/identifiers';

const channels = fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/).map(channelName);
const orders = fc.stringMatching(EXTERNAL_ID_PATTERN).map(externalId);

describe('the identity of a purchase', () => {
  it('is the channel’s order and nothing else: the same order has the same ids, another has others', () => {
    fc.assert(
      fc.property(channels, orders, channels, orders, (channel, order, otherChannel, otherOrder) => {
        const same = channel === otherChannel && order === otherOrder;
        expect(purchaseWorkflowId(channel, order) === purchaseWorkflowId(otherChannel, otherOrder)).toBe(
          same,
        );
        expect(derivePurchaseId(channel, order) === derivePurchaseId(otherChannel, otherOrder)).toBe(same);
      }),
    );
  });

  it('does not change from release to release', () => {
    const id = derivePurchaseId(channelName('demo'), externalId('order-1'));
    expect(id).toBe('pur_7oteatsoxhumi55fi34e2bxt4p');
    expect(purchaseWorkflowId(channelName('demo'), externalId('order-1'))).toBe('purchase:demo:order-1');
    expect(refundNoticeId(id)).toBe(`refund_${id}`);
  });

  it('gives a command and its compensation different ids', () => {
    const id = derivePurchaseId(channelName('demo'), externalId('order-1'));
    const ids = (['check', 'registration', 'charge', 'rollback', 'rollback-2'] as const).map((transaction) =>
      transactionId(id, transaction),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a text that is no id', () => {
  it.each(['', '-a', 'a:b', 'a b', 'a/b', 'đơn-1', 'a'.repeat(65)])('%j is no external id', (text) => {
    expect(() => externalId(text)).toThrow(RangeError);
  });

  it.each(['', 'Demo', '1demo', 'a:b', 'a'.repeat(33)])('%j is no channel name', (text) => {
    expect(() => channelName(text)).toThrow(RangeError);
  });

  it.each(['', 'pur_', 'pur_1234', `pur_${'A'.repeat(26)}`, 'x'.repeat(30)])(
    '%j is no purchase id',
    (text) => {
      expect(() => purchaseId(text)).toThrow(RangeError);
    },
  );
});
