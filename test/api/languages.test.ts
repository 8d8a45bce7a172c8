import supertest from 'supertest';
import { FIELD_FAULTS } from '../../domain/field-faults';
import { MSISDN_FAULTS } from '../../domain/msisdn-parsing';
import { TEST_NOTICE_TYPES } from '../../domain/notice/test-notice';
import { PROBLEM_CODES } from '../../domain/problem-codes';
import { RULES } from '../../api/http/field-rules';
import { ORDER, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

describe('the language of a problem', () => {
  it.each([
    ['nothing', undefined, 'en'],
    ['English', 'en-GB,en;q=0.9', 'en'],
    ['Vietnamese', 'vi', 'vi'],
    ['Vietnamese of Vietnam before English', 'vi-VN,vi;q=0.9,en;q=0.5', 'vi'],
    ['English before Vietnamese by weight, whatever comes first', 'vi;q=0.3, en;q=0.8', 'en'],
    ['Vietnamese but never English', 'en;q=0, vi;q=0.1', 'vi'],
    ['languages that we do not speak', 'fr, de', 'en'],
    ['anything', '*', 'en'],
    ['what is no language', ';;;q=9', 'en'],
  ] as const)('is as asked: %s', async (_, accepted, language) => {
    const request = shop.get('/v1/purchases/none');
    if (accepted !== undefined) request.set('Accept-Language', accepted);
    const { body, headers } = await request;
    const { title, whatToDo } = PROBLEM_CODES.purchase_not_found;
    expect(body).toMatchObject({ title: title[language], detail: whatToDo[language] });
    expect(headers['content-language']).toBe(language);
    expect(headers['vary']).toContain('Accept-Language');
  });

  it('goes down to each field of the body', async () => {
    const body = { externalId: '-', msisdn: '01234567890', package: 7, colour: 'red' };
    const answer = await shop.post('/v1/purchases', body).set('Accept-Language', 'vi');
    expect(answer.body.errors).toEqual([
      { pointer: '/externalId', code: 'invalid_format', detail: RULES.externalId.vi },
      { pointer: '/msisdn', code: 'retired_prefix', detail: MSISDN_FAULTS.retired_prefix.vi },
      { pointer: '/package', code: 'wrong_type', detail: 'Giá trị phải có kiểu string.' },
      { pointer: '/colour', code: 'unknown_field', detail: FIELD_FAULTS.unknown_field.vi },
    ]);
  });

  it('is Vietnamese for what is missing and too long as well', async () => {
    const body = { msisdn: '0'.repeat(33), package: 'D90' };
    const answer = await shop.post('/v1/purchases', body).set('Accept-Language', 'vi');
    expect(answer.body.errors).toEqual([
      { pointer: '/externalId', code: 'missing', detail: FIELD_FAULTS.missing.vi },
      { pointer: '/msisdn', code: 'too_long', detail: 'Tối đa 32 ký tự.' },
    ]);
  });

  it('names what a field may be, where it may be one of several', async () => {
    const asked = (language: string) =>
      shop.post('/v1/webhook/ping', { type: 'purchase.sold' }).set('Accept-Language', language);
    const kinds = TEST_NOTICE_TYPES.join(', ');
    expect((await asked('vi')).body.errors[0].detail).toBe(`Phải là một trong: ${kinds}.`);
    expect((await asked('en')).body.errors[0].detail).toBe(`Must be one of: ${kinds}.`);
  });

  it('is that of the case, where the case has words of its own', async () => {
    const unknown = await shop.buy({ package: 'D999' }).set('Accept-Language', 'vi');
    expect(unknown.body.detail).toBe(FIELD_FAULTS.unknown_package.vi);
    const request = supertest(shop.app).delete('/v1/packages');
    const method = await request.set('Accept-Language', 'vi');
    expect(method.body.detail).toBe('Phương thức được hỗ trợ: GET, HEAD.');
  });

  it('changes neither the code nor anything else that a program reads', async () => {
    const english = await shop.post('/v1/purchases', { ...ORDER, colour: 'red' });
    const vietnamese = await shop
      .post('/v1/purchases', { ...ORDER, colour: 'red' })
      .set('Accept-Language', 'vi');
    const programmed = ({ body }: { body: Record<string, unknown> }) => ({
      ...body,
      title: null,
      detail: null,
      requestId: null,
      errors: null,
    });
    expect(programmed(vietnamese)).toEqual(programmed(english));
  });
});
