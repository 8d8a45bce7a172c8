import { randomUUID } from 'node:crypto';
import { holdsAnyNumber } from '../../api/purchases/number-in-id';

const NOW = new Date('2026-11-29T03:00:00Z');

describe('an external id with a mobile number that is not the order’s own', () => {
  it.each([
    '0793515125',
    '84793515125',
    '0084793515125',
    'cust-0793515125-1',
    'cust0793515125',
    'cust0793515125v2',
    'cust-0793-515-125-1',
    '0793.515.125',
    '079-351-5125',
    '0793_51_51_25',
    '84~79~351~5125',
    '07.93.51.51.25',
    `${randomUUID()}-0793515125`,
    Buffer.from('0793515125').toString('hex'),
    `x${Buffer.from('84793515125').toString('base64url')}`,
  ])('is known by it: %s', (id) => {
    expect(holdsAnyNumber(id, NOW)).toBe(true);
  });
});

describe('an external id that is no number', () => {
  it.each([
    ['a UUID with ten digits in a row', 'ab12cd34-4c1d-8e2f-9a0b-0793515125ab'],
    ['a UUID without hyphens', 'ab12cd344c1d8e2f9a0b0793515125ab'],
    ['an ObjectId', 'a0793515125bc0a1b2c3d4e5'],
    ['twelve hexadecimal digits', 'ff0554390263'],
    ['seconds since 1970', '1764385200'],
    ['milliseconds since 1970', '1764385200123'],
    ['a snowflake', '1984793515125084160'],
    ['a day and a counter', 'order-20261124-0001'],
    ['a moment', '20261129074238'],
    ['a moment with separators', '2026-11-29-07-42-38-0001'],
    ['day, month, year and a counter', '0911202601'],
    ['the same with separators', '09-11-2026-01'],
    ['the same with a short year', '0911260001'],
    ['nine digits, as counters have', '793515125'],
    ['ten digits that begin with another than 0', '7935151250'],
    ['twelve digits', '079351512512'],
    ['a landline', '02838291111'],
  ])('is taken: %s', (_, id) => {
    expect(holdsAnyNumber(id, NOW)).toBe(false);
  });
});
