import { NO_DISCOUNT } from '../../domain/catalogue/discount';
import { channelName, externalId, purchaseId } from '../../domain/identifiers';
import { messages, SEGMENT_LENGTH } from '../../domain/purchase/messages';
import { msisdn } from '../../domain/msisdn';
import { packageCode } from '../../domain/catalogue/packages';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { REASON_CODES } from '../../domain/purchase/reasons';
import { vnd } from '../../domain/vnd';

/** The basic table of GSM 03.38, of which each character takes one place. */
const GSM7 = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;

/** Every field as long as it can be. */
const longest: PurchaseOrder = {
  purchaseId: purchaseId(`pur_${'z'.repeat(26)}`),
  channel: channelName('demo'),
  externalId: externalId('a'),
  msisdn: msisdn('84901234567'),
  package: { code: packageCode('DABCDEFGHIJKLMNO'), name: 'Gói dữ liệu' },
  paymentForm: 'postpaid',
  faceValue: vnd(10_000_000),
  discount: NO_DISCOUNT,
  payable: vnd(10_000_000),
  acceptedAt: '2026-11-24T03:05:00.000Z',
};
const at = new Date('2026-11-24T03:05:00.000Z');

describe.each([
  ...REASON_CODES.map((refusal) => [`rejection: ${refusal}`, messages.rejection(longest, refusal)] as const),
  ['transaction', messages.transaction(longest, at)] as const,
  ['success', messages.success(longest)] as const,
])('the message from 999 (%s)', (_, text) => {
  it('is one segment for the longest package, price and id', () => {
    expect(text.length).toBeLessThanOrEqual(SEGMENT_LENGTH);
  });

  it('has no character that would halve the segment', () => {
    expect(text).toMatch(GSM7);
  });
});

describe('the message of a success', () => {
  it('teaches commands as they are typed, with spaces, and tells the price', () => {
    const text = messages.success(longest);
    expect(text).toContain('KT DATAQT gui 999');
    expect(text).toContain('HUY QT gui 999');
    expect(text).not.toContain('_');
    expect(text).toContain('10.000.000d');
  });
});

describe('the message of a success, by the package’s name', () => {
  const named = (name: string) =>
    messages.success({ ...longest, package: { code: packageCode('D90'), name } });

  it('tells volume and validity in plain letters', () => {
    expect(named('Datacode D90 – 30 GB trong 30 ngày')).toContain(
      'thanh cong goi Datacode D90 - 30 GB trong 30 ngay, gia 10.000.000d.',
    );
    expect(named('Gói Đặc biệt')).toContain('goi Goi Dac biet, gia');
  });

  it.each([
    ['does not fit', `Datacode D90 ${'x'.repeat(60)}`],
    ['cannot be written in one segment’s letters', 'Datacode D90 ★ [30 GB]'],
  ])('falls back to the code where the name %s', (_, name) => {
    expect(named(name)).toContain('thanh cong goi Datacode D90, gia');
    expect(named(name)).toMatch(GSM7);
  });
});

describe('the message of a rejection', () => {
  it('says that the money comes back', () => {
    expect(messages.rejection(longest, 'package_not_allowed')).toContain('Tien se duoc hoan tai noi mua');
  });
});

describe('the transaction message', () => {
  it('tells price, local time and transaction', () => {
    const text = messages.transaction(longest, at);
    expect(text).toContain('10.000.000d');
    expect(text).toContain('10:05 24/11/2026');
    expect(text).toContain(longest.purchaseId);
  });
});
