import { BatchUnreadable } from '../../client/batches';
import { DecisionsUnreadable } from '../../client/decided-state';
import { PurchaseUnreadable } from '../../client/purchases';
import { PayloadUnreadable, type UnreadableReason } from '../../encryption/payload-unreadable';
import { Shop } from './shop';

const because = (reason: UnreadableReason) => ({ cause: new PayloadUnreadable(reason, 'key-1') });

describe('a purchase that cannot be read', () => {
  it.each<[UnreadableReason, string, string]>([
    ['key_missing', 'A decryption key is missing', 'thiếu khóa giải mã'],
    ['clear_text', 'is not encrypted', 'không được mã hóa'],
    ['moved', 'data of something else is in the place', 'dữ liệu của nơi khác'],
    ['tampered', 'is not what we wrote', 'không còn như chúng tôi đã ghi'],
    ['no_order', 'is not what we wrote', 'không còn như chúng tôi đã ghi'],
    ['not_decodable', 'is not what we wrote', 'không còn như chúng tôi đã ghi'],
  ])('is said to be so for its own reason: %s', async (reason, english, vietnamese) => {
    const shop = new Shop();
    shop.purchases.find = () => Promise.reject(new PurchaseUnreadable(false, because(reason)));
    const ask = (language: string) => shop.get('/v1/purchases/order-1').set('Accept-Language', language);
    const answer = await ask('en');
    expect([answer.status, answer.body.code, answer.body.retryable]).toEqual([
      503,
      'purchase_unreadable',
      true,
    ]);
    expect(answer.body.detail).toContain(english);
    expect((await ask('vi')).body.detail).toContain(vietnamese);
    if (reason !== 'key_missing') expect(answer.body.detail).not.toContain('key is missing');
  });
});

describe('a batch that cannot be read', () => {
  const unreadable = (fault: BatchUnreadable) => {
    const shop = new Shop();
    const fail = () => Promise.reject(fault);
    Object.assign(shop.batches, { find: fail, results: fail, cancel: fail, submit: fail });
    return shop;
  };

  it.each<[UnreadableReason, string, string]>([
    ['key_missing', 'A decryption key is missing', 'thiếu khóa giải mã'],
    ['moved', 'is in the place of this batch', 'Ở chỗ của lô này'],
    ['tampered', 'data of this batch is not what we wrote', 'Dữ liệu đã lưu của lô này'],
  ])('is said to be so, as a batch, whatever is asked of it: %s', async (reason, english, vietnamese) => {
    const shop = unreadable(new BatchUnreadable(false, because(reason)));
    const order = { externalId: 'row-1', msisdn: '0901234567', package: 'D90' };
    for (const request of [
      shop.get('/v1/batches/b'),
      shop.get('/v1/batches/b/results'),
      shop.get('/v1/batches/b/events'),
      shop.post('/v1/batches/b/cancel'),
      shop.post('/v1/batches', { batchId: 'b', orders: [order] }),
    ]) {
      const { body, headers } = await request.expect(503);
      expect(body).toMatchObject({ code: 'batch_unreadable', retryable: true });
      expect(body.detail).toContain(english);
      expect(body.detail).toContain('never under another batch id');
      expect(headers['retry-after']).toBe('60');
    }
    const { body } = await shop.get('/v1/batches/b').set('Accept-Language', 'vi').expect(503);
    expect(body.detail).toContain(vietnamese);
    expect(shop.lines.join()).toContain(`"reason":"${reason}"`); // for the operators
  });

  it('is said to be erased when its key was destroyed', async () => {
    const shop = unreadable(new BatchUnreadable(true, because('key_shredded')));
    const { body } = await shop.get('/v1/batches/b').expect(410);
    expect(body).toMatchObject({ code: 'batch_erased', retryable: false });
  });
});

describe('an order while what operators decided cannot be read', () => {
  it('is answered as any trouble of ours, without a word of a purchase that is not there', async () => {
    const shop = new Shop();
    const control = { id: 'control', holds: 'what is paused' };
    shop.pauses.now = () => Promise.reject(new DecisionsUnreadable(control, because('not_decodable')));
    const { body } = await shop.buy().expect(503);
    expect(body).toMatchObject({ code: 'temporarily_unavailable', retryable: true });
    expect(shop.lines.join()).toContain('the workflow \\"control\\", which holds what is paused');
    expect((await shop.get('/v1/status').expect(200)).body).toMatchObject({ sales: 'unavailable' });
  });
});
