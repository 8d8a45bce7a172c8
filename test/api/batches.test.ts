import { ordersFromCsv } from '../../api/batches/csv-orders';
import type { RowOutcome } from '../../domain/batch/batch';
import { countOutcomes, type BatchProgress } from '../../domain/batch/progress';
import { packageCode } from '../../domain/catalogue/packages';
import { compareText } from '../../runtime/text-order';
import { eventually } from '../support/eventually';
import { inOneGo } from './in-one-go';
import { KEYS, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

const BATCH = 'staff-2026-11';
const SOLD: RowOutcome = ['succeeded', null, 90_000, 5_850];
const UNDONE: RowOutcome = ['rolled_back', 'insufficient_balance', 90_000, 5_850];
const BLOCKED: RowOutcome = ['refused', 'number_blocked', 0, 0];
const OPEN: RowOutcome = ['open', null, 90_000, 5_850];
const REPEATED: RowOutcome = ['repeated', null, 0, 0];

/** As many rows, each for a number of its own. */
function orders(count: number): { externalId: string; msisdn: string; package: string }[] {
  return Array.from({ length: count }, (_, at) => ({
    externalId: `row-${at + 1}`,
    msisdn: `090${String(1_000_000 + at)}`,
    package: 'D90',
  }));
}

const readCsv = (text: string) => inOneGo(ordersFromCsv(text)).result;
const submit = (over: object = {}, key: string = KEYS.shop) =>
  shop.post('/v1/batches', { batchId: BATCH, orders: orders(3), ...over }, key);
const submitCsv = (text: string, path = `/v1/batches?batchId=${BATCH}`) =>
  shop.post(path).set('Content-Type', 'text/csv').send(text);

describe('a list of orders', () => {
  it('is accepted whole, and says where it can be followed', async () => {
    const { body, headers } = await submit().expect(201);
    expect(headers['location']).toBe(`/v1/batches/${BATCH}`);
    expect(body).toMatchObject({ state: 'running', rows: 3, results: { not_begun: 3 } });
    expect(shop.batches.orders[0]?.rows).toEqual([
      ['row-1', '84901000000', 'D90'],
      ['row-2', '84901000001', 'D90'],
      ['row-3', '84901000002', 'D90'],
    ]);
  });

  it('is the same batch when it is sent again', async () => {
    await submit().expect(201);
    await submit().expect(200);
    expect(shop.batches.orders).toHaveLength(1);
  });

  it('is the same batch after the sale of one of its packages has ended', async () => {
    const [first, ...others] = orders(3);
    const list = { orders: [{ ...first, package: 'D8' }, ...others] };
    shop.now = new Date('2026-06-30T16:59:59.999Z');
    await submit(list).expect(201);
    shop.now = new Date('2026-11-24T03:05:00.000Z');
    expect((await submit(list).expect(200)).body.rows).toBe(3);
    expect((await submit({ ...list, batchId: 'another' }).expect(422)).body.code).toBe('invalid_request');
    const shorter = { orders: list.orders.slice(0, 2) };
    expect((await submit(shorter).expect(422)).body.errors[0].pointer).toBe('/orders/0/package');
    expect(shop.batches.orders).toHaveLength(1);
  });

  it('is refused under the id of other orders', async () => {
    await submit().expect(201);
    const { body } = await submit({ orders: orders(2) }).expect(409);
    expect(body.code).toBe('batch_id_conflict');
  });

  it('is refused with a faulty id in the address, also where the body has one of its own', async () => {
    const path = '/v1/batches/validate?batchId=';
    const { body } = await shop.post(path, { batchId: BATCH, orders: orders(1) }).expect(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/batchId' })]);
  });

  it('is told a hundred of its faults, however many it has', async () => {
    const fields = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`field${at}`, at]));
    const { body } = await submit(fields).expect(422);
    expect(body.errors).toHaveLength(100);
  });

  it('may have ten thousand rows, and not one more', async () => {
    await submit({ orders: orders(10_000) }).expect(201);
    const { body } = await submit({ orders: orders(10_001) }).expect(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/orders', code: 'too_long' })]);
  });

  it('may have two megabytes, where a single order may have sixteen kilobytes', async () => {
    const padding = ' '.repeat(1_000_000);
    await shop
      .post('/v1/batches', `{"batchId":"${BATCH}",${padding}"orders":${JSON.stringify(orders(3))}}`)
      .set('Content-Type', 'application/json')
      .expect(201);
    await shop
      .post('/v1/batches', `{${padding}${padding}${padding}}`)
      .set('Content-Type', 'application/json')
      .expect(413);
    await shop.post('/v1/purchases', `{${padding}}`).set('Content-Type', 'application/json').expect(413);
  });

  it('needs a key that may submit', async () => {
    await submit({}, KEYS.reader).expect(403);
    await submit({}, KEYS.seller).expect(201);
  });

  it('is of its channel alone', async () => {
    await submit().expect(201);
    for (const path of ['', '/results', '/events'])
      await shop.get(`/v1/batches/${BATCH}${path}`, KEYS.prepaid).expect(404);
    await shop.post(`/v1/batches/${BATCH}/cancel`, undefined, KEYS.prepaid).expect(404);
    expect((await shop.get('/v1/batches', KEYS.prepaid).expect(200)).body.batches).toEqual([]);
    await submit({}, KEYS.maySign).expect(201); // the same id of another channel is another batch
  });

  it('is answered 503 while Temporal is silent, and can be sent again', async () => {
    shop.batches.unavailable = true;
    const { body } = await submit().expect(503);
    expect(body).toMatchObject({ code: 'temporarily_unavailable', retryable: true });
  });
});

describe('a list with faults', () => {
  const FAULTY = [
    { externalId: 'a', msisdn: '0901234567', package: 'D90' },
    { externalId: 'a', msisdn: '0901234568', package: 'D90' },
    { externalId: 'b', msisdn: '+84 90 123 45 67', package: 'D90' },
    { externalId: 'c', msisdn: '12', package: 'NONE', colour: 'red' },
    { externalId: 'order-0901234569', msisdn: '0901234569', package: 'D90' },
    { externalId: 'd', msisdn: '0901234567', package: 'D90', allowDuplicate: true },
    'no order',
  ];
  const EXPECTED = [
    '/orders/1/externalId repeated_external_id',
    '/orders/2/msisdn repeated_sale',
    '/orders/3/colour unknown_field',
    '/orders/3/msisdn not_vietnamese',
    '/orders/3/package unknown_package',
    '/orders/4/externalId contains_msisdn',
    '/orders/6 wrong_type',
  ];
  const told = (errors: { pointer: string; code: string }[]) =>
    errors.map(({ pointer, code }) => `${pointer} ${code}`).toSorted(compareText);

  it('sells nothing, and is told every fault of every row at once', async () => {
    const { body } = await submit({ orders: FAULTY }).expect(422);
    expect(told(body.errors)).toEqual(EXPECTED);
    expect(body.errorCount).toBe(EXPECTED.length);
    expect(shop.batches.orders).toEqual([]);
  });

  it('names the earlier row of a double, in the language that is asked for', async () => {
    const { body } = await submit({ orders: FAULTY }).set('Accept-Language', 'vi').expect(422);
    expect(body.errors[0].detail).toBe('Một dòng trước có cùng externalId. Đó là /orders/0.');
  });

  it('is told the first hundred faults, and how many there are', async () => {
    const wrong = orders(250).map((order) => ({ ...order, msisdn: 'x' }));
    const { body } = await submit({ orders: wrong }).expect(422);
    expect(body.errors).toHaveLength(100);
    expect(body.errorCount).toBe(250);
  });

  it('needs an id, which may hold nobody’s number', async () => {
    expect(told((await submit({ batchId: undefined }).expect(422)).body.errors)).toEqual([
      '/batchId missing',
    ]);
    expect(told((await submit({ batchId: 'x-0901234567' }).expect(422)).body.errors)).toEqual([
      '/batchId contains_msisdn',
    ]);
  });

  it('says its id once: in the body, or for a CSV in the address', async () => {
    const { body } = await shop.post(`/v1/batches?batchId=another`, {
      batchId: BATCH,
      orders: [{ externalId: 'a', msisdn: '0901234567', package: 'D90' }],
    });
    expect(told(body.errors)).toEqual(['/batchId duplicate_field']);
    expect(shop.batches.orders).toEqual([]);
  });

  it.each([
    ['without its 0, as a spreadsheet makes it', '906661050'],
    ['among other digits', '202611300906661050'],
    ['in hexadecimal', 'h13c4d4d4c6'.replace('13c4d4d4c6', Number('84906661050').toString(16))],
    ['cut by a sign', '90666-1050'],
  ])('needs an id that holds none of its rows’ numbers either: %s', async (_, id) => {
    const orders = [
      { externalId: 'bo-1', msisdn: '0901234567', package: 'D90' },
      { externalId: 'bo-2', msisdn: '0906661050', package: 'D90' },
    ];
    expect(told((await submit({ batchId: id, orders }).expect(422)).body.errors)).toEqual([
      '/batchId contains_msisdn',
    ]);
    const csv = 'externalId,msisdn,package\nbo-1,0906661050,D90\n';
    expect((await submitCsv(csv, `/v1/batches?batchId=${id}`)).body.errors).toMatchObject([
      { code: 'contains_msisdn' },
    ]);
  });

  it.each([
    ['no id', { batchId: undefined }],
    ['an id that holds a number', { batchId: 'x-0901234567' }],
    ['no orders', { orders: [] }],
    ['no list of orders', { orders: 'none' }],
    ['a field that no batch has', { colour: 'red' }],
  ])('with %s is told how many faults there are, as with any other', async (_, over) => {
    const { body } = await submit(over).expect(422);
    expect(body).toMatchObject({ errorCount: 1, errors: [expect.anything()] });
  });

  it('is told of no number', async () => {
    const { text } = await submit({ orders: FAULTY }).expect(422);
    expect(text).not.toMatch(/901234567/);
    expect(shop.lines.join()).not.toMatch(/901234567/);
  });
});

describe('a list that is only validated', () => {
  const validate = (body: object) => shop.post('/v1/batches/validate', body, KEYS.reader);

  it('answers with the price of its rows, and sells nothing', async () => {
    const { body } = await validate({ orders: orders(3) }).expect(200);
    expect(body).toEqual({
      rows: 3,
      errorCount: 0,
      errors: [],
      validRows: 3,
      faceValue: 270_000,
      discount: 17_550,
      payable: 252_450,
      pausedPackages: [],
    });
    expect(shop.batches.orders).toEqual([]);
  });

  it('says which of its packages are paused, for which it would wait', async () => {
    shop.pauses.pause({ kind: 'package', package: packageCode('D90') }, new Date('2026-11-24T04:00:00.000Z'));
    shop.pauses.pause({ kind: 'package', package: packageCode('D30') });
    const { body } = await validate({ orders: orders(3) }).expect(200);
    expect(body.pausedPackages).toEqual([{ code: 'D90', until: '2026-11-24T04:00:00.000Z' }]);
  });

  it('may be empty, or longer than a batch may be: that is an error of it like any other', async () => {
    const empty = (await validate({ orders: [] }).expect(200)).body;
    expect(empty).toMatchObject({
      rows: 0,
      validRows: 0,
      errorCount: 1,
      errors: [{ pointer: '/orders', code: 'too_short' }],
    });
    const headerOnly = await submitCsv('externalId,msisdn,package\n', '/v1/batches/validate').expect(200);
    expect(headerOnly.body).toEqual(empty);
    const long = (await validate({ orders: orders(10_001) }).expect(200)).body;
    expect(long.errors).toEqual([expect.objectContaining({ pointer: '/orders', code: 'too_long' })]);
  });

  it('answers with the faults, and the price of the rows without', async () => {
    const { body } = await validate({ orders: [...orders(2), { externalId: 'x' }] }).expect(200);
    expect(body).toMatchObject({ rows: 3, validRows: 2, errorCount: 2, faceValue: 180_000 });
  });

  it('has an address that is also that of a batch', async () => {
    await submit({ batchId: 'validate' }).expect(201);
    expect((await shop.get('/v1/batches/validate').expect(200)).body.batchId).toBe('validate');
  });
});

describe('a list as CSV', () => {
  it('is the same as JSON', async () => {
    await submitCsv('externalId,msisdn,package\nrow-1,0901000000,D90\nrow-2,0901000001,D90\n').expect(201);
    await submit({ orders: orders(2) }).expect(200);
  });

  it('may be what a spreadsheet makes of it: semicolons, a byte order mark, no leading zero', async () => {
    await submitCsv(
      '\uFEFFpackage;msisdn;externalId;allowDuplicate\r\nD90;901000000;row-1;TRUE\r\nD90;"090 100 0001";row-2;\r\n\r\n',
    ).expect(201);
    expect(shop.batches.orders[0]?.rows).toEqual([
      ['row-1', '84901000000', 'D90', 1],
      ['row-2', '84901000001', 'D90'],
    ]);
  });

  it('is read only as far as a batch may be long, and not at all with an endless line', async () => {
    const header = 'externalId,msisdn,package\n';
    expect(readCsv(header + 'a\n'.repeat(900_000)).orders).toHaveLength(10_001);
    const { body } = await submitCsv(header + 'a,\n'.repeat(600_000)).expect(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/orders', code: 'too_long' })]);
    expect(readCsv(header + ',,\n'.repeat(600_000)).orders).toEqual([]); // nothing is made of them
    for (const endless of [','.repeat(1_900_000), `"${'x\n'.repeat(900_000)}"`, ' '.repeat(1_900_000)]) {
      const { body: refusal } = await submitCsv(header + endless).expect(400);
      expect(refusal.detail).toMatch(/2000/);
    }
  });

  it.each([
    ['\r', 2_000_000],
    ['\n', 2_000_000],
    [' \n', 1_000_000],
    [';;\r\n', 400_000],
  ])(
    'is read up to its last value, and not beyond what a batch may need where that is far: %j, %i times',
    (line, times) => {
      const header = 'externalId;msisdn;package\n';
      const order = 'row-1;0901000000;D90\n';
      expect(readCsv(header + order + line.repeat(times)).orders).toHaveLength(1);
      expect(() => readCsv(line.repeat(times))).toThrow(/is empty/);
      expect(() => readCsv(header + line.repeat(times) + order)).toThrow(/more than 50000 lines/);
    },
  );

  it('may have rows without any value, which spreadsheets leave behind: the others keep their lines', async () => {
    const { body } = await submitCsv(
      'externalId;msisdn;package;\r\n;;;\r\nrow-1;0901000000;D90;\r\n"";;"" \r\nrow-2;no;D90;\r\n;;;\r\n',
    ).expect(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/orders/1/msisdn', line: 5 })]);
    expect(body.errorCount).toBe(1);
  });

  it('may name its separator in its first line, and its columns in letters of any size', async () => {
    await submitCsv('\uFEFFsep=;\r\nEXTERNALID;Msisdn;package\r\nrow-1;0901000000;D90\r\n').expect(201);
    const { body } = await submitCsv('sep=,\nexternalId,msisdn,package\nrow-1,no,D90\n').expect(422);
    expect(body.errors[0].line).toBe(3);
  });

  it('names the line of the earlier row of a double', async () => {
    const { body } = await submitCsv(
      'externalId,msisdn,package\n\nrow-1,0901000000,D90\nrow-1,0901000001,D90\nrow-3,0901000000,D90\n',
    ).expect(422);
    expect(body.errors).toEqual([
      expect.objectContaining({ code: 'repeated_external_id', line: 4, earlierLine: 3 }),
      expect.objectContaining({ code: 'repeated_sale', line: 5, earlierLine: 3 }),
    ]);
    expect(body.errors[0].detail).toContain('It is line 3.');
    expect(body.errors[1].detail).toContain('allowDuplicate');
  });

  it('is told what a cell may have, in the words of a file', async () => {
    const { body } = await submitCsv(
      'externalId,msisdn,package,allowDuplicate\nrow-1,"9,01E+08",D90,yes\nrow-2,90123,D90,,more\n',
    )
      .set('Accept-Language', 'en')
      .expect(422);
    expect(body.errors).toEqual([
      expect.objectContaining({ code: 'shortened_number', detail: expect.stringContaining('as text') }),
      expect.objectContaining({ code: 'wrong_type', detail: expect.stringContaining('true, false, 1 or 0') }),
      expect.objectContaining({ code: 'wrong_length' }),
      expect.objectContaining({ pointer: '/orders/1/column 5', detail: expect.stringContaining('header') }),
    ]);
  });

  it('has the line of each fault', async () => {
    const { body } = await submitCsv(
      'externalId,msisdn,package\n\nrow-1,0901000000,D90\nrow-2,no,D90\nrow-3,0901000002,D90,more\n',
    ).expect(422);
    expect(body.errors).toEqual([
      expect.objectContaining({ pointer: '/orders/1/msisdn', line: 4 }),
      expect.objectContaining({ pointer: '/orders/2/column 4', line: 5, code: 'unknown_field' }),
    ]);
  });

  it('has the line in which a row begins, whatever its cells hold and however its lines end', async () => {
    for (const text of [
      'externalId,msisdn,package\n"row\n-1",no,D90\nrow-2,no,D90\n',
      'externalId,msisdn,package\r\n"row\n-1",no,D90\r\nrow-2,no,D90\n',
      'externalId,msisdn,package\n"row\r\n-1",no,D90\r\nrow-2,no,D90\r\n',
      'externalId,msisdn,package\r"row\r-1",no,D90\rrow-2,no,D90\r',
    ]) {
      const { body } = await submitCsv(text).expect(422);
      const lines = body.errors.map(({ pointer, line }: { pointer: string; line: number }) => [
        pointer,
        line,
      ]);
      expect(lines).toContainEqual(['/orders/0/msisdn', 2]);
      expect(lines).toContainEqual(['/orders/1/msisdn', 4]);
    }
  });

  it('may hold a text as Excel was told to leave it; a quotation mark within a cell is a fault of its cell', async () => {
    await submitCsv(
      'externalId,msisdn,package\n="row-1",="0901000000",D90\n"=""row-2""",0901000001,D90\n',
    ).expect(201);
    expect(shop.batches.orders[0]?.rows).toEqual([
      ['row-1', '84901000000', 'D90'],
      ['row-2', '84901000001', 'D90'],
    ]);
    const { body } = await submitCsv(
      'externalId,msisdn,package\nrow-1,0901000000,D90\nrow"2,0901000001,D90\n',
    ).expect(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/orders/1/externalId', line: 3 })]);
  });

  it.each([
    ['a Kelvin sign for a k', 'externalId,msisdn,pac\u212Aage\n', 'the header row lacks package'],
    ['no header', 'row-1,0901000000,D90\n', 'the header row lacks externalId, msisdn, package'],
    [
      'a column that nobody knows',
      'externalId,msisdn,package,colour\n',
      'the header row has “colour”, which is no column',
    ],
    [
      'a column that is a number, turned round',
      'externalId,msisdn,package,0907654321\u202e\n',
      'the header row has “****321\\u202e”',
    ],
    [
      'an open quotation mark',
      'externalId,msisdn,package\nrow-0,0901000000,D90\n"row-1,0901000000,D90\nrow-2,0901000000,D90\n',
      'the quotation mark that opens in line 3 is not closed',
    ],
    [
      'a line too long',
      `externalId,msisdn,package\nrow-1,${'0'.repeat(3_000)},D90\n`,
      'line 2 has more than 2000',
    ],
    ['a column twice', 'externalId,msisdn,package,MSISDN\n', 'names msisdn twice'],
    ['nothing in it', '', 'it is empty'],
    ['nothing but blank lines', '\n;;\n \n', 'it is empty'],
  ])('with %s cannot be read', async (_, text, words) => {
    const { body } = await submitCsv(text).expect(400);
    expect(body.code).toBe('malformed_request');
    expect(body.detail).toContain(words);
  });

  it.each(['charset=us-ascii; header=present', 'charset="utf-8"'])(
    'may have the parameters of RFC 4180: %s',
    async (parameters) => {
      await shop
        .post(`/v1/batches?batchId=${BATCH}`)
        .set('Content-Type', `text/csv; ${parameters}`)
        .send('externalId,msisdn,package\nrow-1,0901000000,D90\n')
        .expect(201);
    },
  );

  it.each([
    ['an Excel workbook', Buffer.from('PK\u0003\u0004\u0014\u0000', 'latin1'), 'an Excel workbook'],
    ['an old Excel workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'an Excel workbook'],
    ['UTF-16', Buffer.from('\uFEFFexternalId,msisdn,package\n', 'utf16le'), 'not UTF-8'],
    ['Windows-1258', Buffer.from('externalId,msisdn,package\nrow-1,\u00ea,D90\n', 'latin1'), 'not UTF-8'],
  ])('that is %s is told so, and what to do', async (_, bytes, words) => {
    const { body } = await shop
      .post(`/v1/batches?batchId=${BATCH}`)
      .set('Content-Type', 'text/csv')
      .serialize((body) => body as unknown as string) // as it is: bytes
      .send(bytes)
      .expect(400);
    expect(body.code).toBe('malformed_request');
    expect(body.detail).toContain(words);
    expect(body.detail).toContain('CSV UTF-8');
    expect(body.detail).not.toContain('JSON');
  });

  it('is refused as anything else, which names what is taken', async () => {
    for (const path of ['/v1/batches', '/v1/batches/validate']) {
      const request = shop.post(path).set('Content-Type', 'application/vnd.ms-excel').send('x');
      const { body } = await request.expect(415);
      expect(body.detail).toMatch(/application\/json.*text\/csv.*UTF-8/);
      expect(body.title).not.toContain('JSON');
    }
    await shop.post('/v1/batches').set('Content-Type', 'text/plain').send('x').expect(415);
    await shop.post('/v1/batches').set('Content-Type', 'text/csv; charset=utf-16').send('x').expect(415);
  });
});

describe('a batch that runs', () => {
  beforeEach(() => submit().expect(201));

  it('says how far it is, what it waits for, and what it came to', async () => {
    shop.batches.become(BATCH, [SOLD, UNDONE, null], { state: 'waiting', waitingFor: 'sales_paused' });
    const { body } = await shop.get(`/v1/batches/${BATCH}`).expect(200);
    expect(body).toMatchObject({
      state: 'waiting',
      waitingFor: 'sales_paused',
      results: { succeeded: 1, rolled_back: 1, not_begun: 1 },
      money: { faceValue: 90_000, discount: 5_850, payable: 84_150, refunded: 90_000 },
    });
  });

  it('costs a reader who knows it nothing', async () => {
    const { headers } = await shop.get(`/v1/batches/${BATCH}`).expect(200);
    const again = () => shop.get(`/v1/batches/${BATCH}`).set('If-None-Match', String(headers['etag']));
    await again().expect(304);
    shop.batches.become(BATCH, [SOLD, null, null]);
    await again().expect(200);
  });

  it('tells its rows page by page, in their order, with masked numbers', async () => {
    shop.batches.become(BATCH, [SOLD, BLOCKED, null]);
    const first = (await shop.get(`/v1/batches/${BATCH}/results?limit=2`).expect(200)).body;
    expect(first.rows).toMatchObject([
      { index: 0, externalId: 'row-1', msisdn: '8490****000', result: 'succeeded', payable: 84_150 },
      { index: 1, result: 'refused', reason: { code: 'number_blocked' }, purchaseId: null, faceValue: 0 },
    ]);
    expect(first.rows[0].purchaseId).toMatch(/^pur_/);
    const last = (
      await shop.get(`/v1/batches/${BATCH}/results?limit=2&cursor=${first.nextCursor}`).expect(200)
    ).body;
    expect(last).toMatchObject({ rows: [{ index: 2, result: 'not_begun' }], nextCursor: null });
  });

  it.each(['x', 'r1', 'r0', 'of another batch'])(
    'is read from no place that it did not hand out: %s',
    async (cursor) => {
      await submit({ batchId: 'other' }).expect(201);
      const { nextCursor } = (await shop.get('/v1/batches/other/results?limit=1').expect(200)).body;
      const given = cursor === 'of another batch' ? String(nextCursor) : cursor;
      const path = `/v1/batches/${BATCH}/results?cursor=${encodeURIComponent(given)}`;
      const { body } = await shop.get(path).expect(422);
      expect(body.errors).toEqual([expect.objectContaining({ pointer: '/cursor', code: 'foreign_cursor' })]);
    },
  );

  it('tells its rows as one file for spreadsheets', async () => {
    shop.batches.become(BATCH, [SOLD, UNDONE, BLOCKED]);
    const { text, headers } = await shop
      .get(`/v1/batches/${BATCH}/results`)
      .set('Accept', 'text/csv')
      .set('Accept-Language', 'vi')
      .expect(200);
    expect(headers['content-disposition']).toBe(`attachment; filename=batch-${BATCH}.csv`);
    const lines = text.split('\r\n').map((line) => line.replace(/pur_[a-z2-7]{26}/, 'pur_…'));
    expect(lines).toEqual([
      '\uFEFFexternalId,msisdn,package,result,reason,message,purchaseId,faceValue,discount,payable,refund',
      'row-1,8490****000,D90,succeeded,,,pur_…,90000,5850,84150,0',
      'row-2,8490****001,D90,rolled_back,insufficient_balance,Tài khoản (hoặc hạn mức cước) của thuê bao không đủ để trừ cước gói.,pur_…,0,0,0,90000',
      'row-3,8490****002,D90,refused,number_blocked,Không bán cho số thuê bao này,,0,0,0,0',
      '',
    ]);
  });

  it('has amounts whose columns add up to the batch’s own money, whatever came of the rows', async () => {
    await submit({ batchId: 'sum', orders: orders(6) }).expect(201);
    shop.batches.become('sum', [SOLD, UNDONE, BLOCKED, OPEN, REPEATED, null]);
    const { money } = (await shop.get('/v1/batches/sum').expect(200)).body;
    const { rows } = (await shop.get('/v1/batches/sum/results').expect(200)).body;
    const sum = (of: string) =>
      rows.reduce((all: number, row: Record<string, number>) => all + (row[of] ?? NaN), 0);
    expect({
      faceValue: sum('faceValue'),
      discount: sum('discount'),
      payable: sum('payable'),
      refunded: sum('refund'),
    }).toEqual(money);
    expect(rows[4]).toMatchObject({ result: 'repeated', purchaseId: expect.stringMatching(/^pur_/) });
  });

  it('of before rows could be repeated has none of them', async () => {
    const { repeated: _, ...results } = countOutcomes([SOLD, UNDONE, null]).results;
    shop.batches.become(BATCH, [SOLD, UNDONE, null], { results: results as BatchProgress['results'] }); // as its memo has it
    expect((await shop.get(`/v1/batches/${BATCH}`).expect(200)).body.results).toMatchObject({ repeated: 0 });
  });

  it('can be cancelled, and once it is over no more', async () => {
    const { body } = await shop.post(`/v1/batches/${BATCH}/cancel`).expect(202);
    expect(body.state).toBe('cancelling');
    shop.batches.become(BATCH, [SOLD, null, null], { state: 'cancelled' });
    await shop.post(`/v1/batches/${BATCH}/cancel`).expect(202);
    shop.batches.become(BATCH, [SOLD, SOLD, SOLD], { state: 'completed' });
    expect((await shop.post(`/v1/batches/${BATCH}/cancel`).expect(409)).body.code).toBe('batch_over');
  });

  it('is listed', async () => {
    const { body } = await shop.get('/v1/batches').expect(200);
    expect(body).toMatchObject({ batches: [{ batchId: BATCH, rows: 3 }], nextCursor: null });
    await shop.get('/v1/batches?cursor=x').expect(422);
  });

  it('is listed beside the number of those that cannot be read', async () => {
    shop.batches.unreadable = 2;
    const { body } = await shop.get('/v1/batches').expect(200);
    expect(body).toMatchObject({ batches: [{ batchId: BATCH }], unreadable: 2 });
    shop.batches.unreadable = 0;
    expect((await shop.get('/v1/batches').expect(200)).body).not.toHaveProperty('unreadable');
  });
});

describe('whoever follows a batch', () => {
  beforeEach(() => submit().expect(201));
  const follow = (known?: number) => {
    const request = shop.get(`/v1/batches/${BATCH}/events`);
    return known === undefined ? request : request.set('Last-Event-ID', `${known}`);
  };

  it('is sent the batch whenever it has changed, until it is over', async () => {
    shop.batches.become(BATCH, [SOLD, null, null]);
    const stream = follow().then(({ text }) => text);
    await eventually('the stream to begin', () => (shop.batches.looks > 0 ? true : undefined));
    shop.batches.become(BATCH, [SOLD, SOLD, SOLD], {
      state: 'completed',
      endedAt: '2026-11-24T03:06:00.000Z',
    });
    const text = await stream;
    expect(text).toMatch(/event: batch\.completed\ndata: .*"succeeded":3/);
    expect(text.indexOf('batch.running')).toBeLessThan(text.indexOf('batch.completed'));
  });

  it('is not sent what it knows, and does not come again once it knows the end', async () => {
    shop.batches.become(BATCH, [SOLD, SOLD, SOLD], { state: 'completed' });
    const { text } = await follow(1).expect(200);
    expect(text.match(/^event: /gm)).toHaveLength(1);
    await follow(2).expect(204);
  });
});
