import { PurchaseUnreadable } from '../../client/purchases';
import { PayloadUnreadable, type UnreadableReason } from '../../encryption/payload-unreadable';
import { Shop } from './shop';

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
    shop.purchases.find = () =>
      Promise.reject(new PurchaseUnreadable(false, { cause: new PayloadUnreadable(reason, 'key-1') }));
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
