import fc from 'fast-check';
import { ordersFromCsv } from '../../api/batches/csv-orders';
import { ordersFromJson } from '../../api/batches/json-orders';
import { resultsCsv } from '../../api/batches/results-csv';
import { Problem } from '../../api/http/problems';
import { Faults } from '../../api/http/read-body';
import { Slices, type Steps } from '../../api/http/slices';
import { processTurns } from '../../api/http/turns';
import { describeKey } from '../../channel/key';
import { packageCode } from '../../domain/catalogue/packages';
import { channelName, externalId } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import { eventually } from '../support/eventually';
import { inOneGo } from './in-one-go';
import { KEYS, ORDER, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

const HEADER = 'externalId,msisdn,package\n';
const validate = (body: string, type = 'application/json') =>
  shop.post('/v1/batches/validate', undefined, KEYS.reader).set('Content-Type', type).send(body);
const validateCsv = (text: string) => validate(text, 'text/csv');

describe('a list that makes as much work as it can', () => {
  it('of rows with a thousand cells each has one fault for all that are under no name', async () => {
    const wide = `${HEADER}${`row-1,0901000000,D90,${'x,'.repeat(900)}x\n`.repeat(2)}`;
    const { body } = await validateCsv(wide).expect(200);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/orders/0/column 4',
      '/orders/1/column 4',
      '/orders/1/externalId',
    ]);
    expect(body.errorCount).toBe(3);
  });

  it('of rows with a thousand cells each keeps none but those under a name', () => {
    const wide = HEADER + `${'b,'.repeat(989)}b\n`.repeat(1_045);
    const { result, steps } = inOneGo(ordersFromCsv(wide));
    expect(result.orders).toHaveLength(1_045);
    expect(result.orders[0]).toEqual({ externalId: 'b', msisdn: 'b', package: 'b', 'column 4': true });
    expect(steps).toBeGreaterThan(1_045); // others have their turn between any two rows
  });

  it('of rows with empty cells behind the last name is in order', async () => {
    const { body } = await validateCsv(
      `externalId,msisdn,package${','.repeat(900)}\nrow-1,0901000000,D90${','.repeat(900)}\n`,
    ).expect(200);
    expect(body).toMatchObject({ validRows: 1, errorCount: 0 });
  });

  it('has a hundred columns at most', async () => {
    const { body } = await validateCsv(`${HEADER.trim()},${'x,'.repeat(200)}\n`).expect(400);
    expect(body.detail).toContain('more than 100 columns');
  });

  it('is not read behind one order too many, whether it is JSON or CSV, in order there or not', async () => {
    const json = await validate(`{"orders":[${'{},'.repeat(100_000)}`).expect(200);
    const csv = await validateCsv(`${HEADER}${'a\n'.repeat(100_000)}"`).expect(200);
    for (const { body } of [json, csv])
      expect(body).toMatchObject({ rows: 10_001, errorCount: 1, errors: [{ code: 'too_long' }] });
    const { steps } = inOneGo(ordersFromJson(`{"orders":[${'{},'.repeat(600_000)}`));
    expect(steps).toBeLessThan(1_000);
  });

  it('is not said to lack its id where that stands behind too many orders', async () => {
    const orders = `[${'{},'.repeat(20_000)}{}]`;
    const { body } = await shop
      .post('/v1/batches', undefined)
      .set('Content-Type', 'application/json')
      .send(`{"orders":${orders},"batchId":"staff"}`)
      .expect(422);
    expect(body).toMatchObject({ errorCount: 1, errors: [{ pointer: '/orders', code: 'too_long' }] });
  });

  it('may have an order of 16 kB; a longer one is a fault, and is not looked at', async () => {
    const fields = (count: number) => Array.from({ length: count }, (_, at) => `"f${at}":1`).join();
    const { body } = await validate(`{"orders":[{${fields(1_000)}}]}`).expect(200);
    expect(body.errorCount).toBe(1_003);
    expect(body.errors).toHaveLength(100);
    const long = await validate(`{"orders":[{},{${fields(150_000)}}]}`).expect(422);
    expect(long.body).toMatchObject({ errorCount: 1, errors: [{ pointer: '/orders/1', code: 'too_long' }] });
  });

  it('has no room for a hundred thousand other fields beside its orders', async () => {
    const fields = Array.from({ length: 100_000 }, (_, at) => `"f${at}":1`).join();
    const { body } = await validate(`{"orders":[],${fields}}`).expect(400);
    expect(body.detail).toContain('beside its orders');
  });

  it('is refused as soon as it is too deep, or says a thing twice', async () => {
    const deep = await validate(`{"orders":[${'['.repeat(500_000)}`).expect(400);
    expect(deep.body.detail).toContain('nested');
    const twice = await validate('{"orders":[{},{"msisdn":"1","msisdn":"2"},{}]}').expect(422);
    expect(twice.body).toMatchObject({
      errorCount: 1,
      errors: [{ pointer: '/orders/1/msisdn', code: 'duplicate_field' }],
    });
  });

  it('is looked at once where its quotation marks are open, escaped or both', () => {
    const hostile = [`"${'\\"'.repeat(900_000)}`, `{"orders":["${'\\"'.repeat(900_000)}`];
    for (const text of hostile) expect(() => inOneGo(ordersFromJson(text))).toThrow(Problem);
    const open = `${HEADER}${'"a\n'.repeat(3_001)}`;
    expect(() => inOneGo(ordersFromCsv(open))).toThrow(/wrong place/);
    expect(() => inOneGo(ordersFromCsv(`${HEADER}"a\n${'b\n'.repeat(900_000)}`))).toThrow(
      /line 2 is not closed/,
    );
    expect(() => inOneGo(ordersFromCsv(`${HEADER}"a\n${'b\n'.repeat(900_000)}"`))).toThrow(/2000 characters/);
  });
});

describe('a list in JSON', () => {
  const body = fc.record(
    {
      batchId: fc.json(),
      orders: fc.oneof(fc.array(fc.jsonValue({ maxDepth: 3 })), fc.jsonValue({ maxDepth: 1 })),
      more: fc.jsonValue({ maxDepth: 3 }),
      'o"r[d,e{rs\\': fc.constant([{ orders: [1] }]),
    },
    { requiredKeys: [] },
  );
  const read = (text: string): unknown => {
    try {
      return inOneGo(ordersFromJson(text)).result;
    } catch (fault) {
      if (fault instanceof Problem) return fault.code;
      throw fault;
    }
  };
  const parsed = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return 'malformed_request';
    }
  };

  it('is read as any parser reads it, order by order', () => {
    fc.assert(
      fc.property(body, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(read(text)).toEqual(parsed(text));
      }),
    );
  });

  it('that lost, or has, a character too many is refused, or is what any parser reads', () => {
    const cut = fc.tuple(
      body,
      fc.nat(),
      fc.nat(2),
      fc.constantFrom('', ',', '"', '[', ']', '{', '}', '\\', '\u00a0', '1'),
    );
    fc.assert(
      fc.property(cut, ([value, place, length, more]) => {
        const whole = JSON.stringify(value);
        const at = place % whole.length;
        const text = whole.slice(0, at) + more + whole.slice(at + length);
        const told = read(text);
        if (told !== 'invalid_request') expect(told).toEqual(parsed(text)); // else it says a thing twice
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '',
    ' ',
    '[]',
    '{}',
    'null',
    '{"orders":[]}',
    '{"orders":[ \n]}',
    '{"orders":[\u00a0]}',
    '{"orders":[,]}',
  ])('is read as any parser reads it: %j', (text) => expect(read(text)).toEqual(parsed(text)));

  it.each([
    '{"orders":[1,]}',
    '{"orders":[1}',
    '{"orders":[1]',
    '{"orders":[1]}{"orders":[2]}',
    '{"orders":[{"a":1]}]}',
  ])('is refused where it is none: %s', (text) => expect(read(text)).toBe('malformed_request'));
});

describe('faults', () => {
  it('are all counted, and made only as far as they are told', () => {
    const faults = new Faults();
    let made = 0;
    const issue = {
      code: 'unrecognized_keys',
      keys: Array.from({ length: 250 }, String),
      path: [],
      message: '',
    };
    const failed = { success: false, error: { issues: [issue] } } as unknown as Parameters<
      Faults['addOf']
    >[0]; // as zod makes it
    for (let row = 0; row < 1_000; row += 1)
      faults.addOf(failed, {}, (fault) => {
        made += 1;
        return fault;
      });
    expect(faults.count).toBe(250_000);
    expect(faults.told).toHaveLength(100);
    expect(made).toBe(100);
  });
});

describe('work in slices', () => {
  /** Work whose steps take a millisecond each by the clock of the lab, between turns of everything else. */
  class Lab {
    private now = 0;
    private log = '';
    private ended = false;
    readonly slices = new Slices(() => this.now);
    readonly gone = new AbortController();

    constructor() {
      const beat = (): void => {
        this.log += '-';
        if (!this.ended) setImmediate(beat);
      };
      beat();
    }

    work(channel: string, steps: number, each = (_step: number): void => undefined): Promise<unknown> {
      return this.slices.run(channel, this.gone.signal, this.walk(channel, steps, each));
    }

    /** What happened, a letter for each step, a hyphen for turns of the event loop. */
    told(): string {
      this.ended = true;
      return this.log.replace(/-+/g, '-').replace(/-$/, '');
    }

    private *walk(name: string, steps: number, each: (step: number) => void): Steps<string> {
      for (let step = 0; step < steps; step += 1) {
        this.now += 1;
        this.log += name;
        each(step);
        yield;
      }
      return name;
    }
  }

  it('gives everything else its turn after some milliseconds, however few steps that were', async () => {
    const lab = new Lab();
    expect(await lab.work('a', 12)).toEqual({ result: 'a' });
    expect(lab.told()).toBe('-aaa-aaa-aaa-aaa');
  });

  it('of several lists is one slice at a turn, and no channel waits for all lists of another', async () => {
    const lab = new Lab();
    await Promise.all(['a', 'a', 'a', 'b'].map((channel) => lab.work(channel, 6)));
    expect(lab.told()).toBe('-aaa-aaa-bbb-aaa-aaa-bbb-aaa-aaa');
  });

  it('goes on with the others where one fails', async () => {
    const lab = new Lab();
    const fail = (): void => {
      throw new Error('no list');
    };
    await expect(lab.work('a', 1, fail)).rejects.toThrow('no list');
    expect(await lab.work('b', 6)).toEqual({ result: 'b' });
    lab.told();
  });

  it('ends where nobody waits for it any more', async () => {
    const lab = new Lab();
    expect(await lab.work('a', 1_000, (step) => step === 4 && lab.gone.abort())).toBeUndefined();
    expect(lab.told()).toBe('-aaa-aaa');
  });

  it('makes a file of results part by part, which is the same file', () => {
    const row = [
      externalId('row-1'),
      msisdn('84901000000'),
      packageCode('D90'),
      'open',
      null,
      90_000,
      5_850,
    ] as const;
    const { result, steps } = inOneGo(
      resultsCsv(
        channelName('shop'),
        Array.from({ length: 1_000 }, () => row),
        'en',
      ),
    );
    expect(steps).toBeGreaterThanOrEqual(50);
    expect(result.match(/externalId/g)).toHaveLength(1);
    expect(result.split('\r\n')).toHaveLength(1_002);
  });
});

describe('channels that all send lists at once', () => {
  it('keep no order waiting: lists have turns of their own, and no channel has all of them', async () => {
    const many = Array.from({ length: 8 }, (_, at) => `dck_test_many_${at}`);
    const [first] = shop.channels;
    if (!first) throw new Error('there is no channel');
    shop.channels = [
      ...shop.channels,
      ...many.map((key, at) => ({ ...first, name: channelName(`many-${at}`), keys: [describeKey(key)] })),
    ];
    const answered = shop.batches.holdSubmissions();
    const batches = many.flatMap((key) =>
      ['a', 'b'].map((batchId) =>
        shop
          .post('/v1/batches', { batchId, orders: [ORDER] }, key)
          .expect(201)
          .then(({ status }) => status),
      ),
    );
    await eventually('lists to be under way', () => (shop.batches.held >= 4 ? true : undefined));
    await shop.buy().expect(201);
    expect(shop.batches.held).toBe(4);
    answered();
    await Promise.all(batches);
  });

  it('have more turns than any of them', () => {
    const { largeBodies } = processTurns();
    expect(largeBodies.takeNow('a')).toBeDefined();
    expect(largeBodies.takeNow('a')).toBeDefined();
    expect(largeBodies.takeNow('a')).toBeUndefined();
    expect(largeBodies.takeNow('b')).toBeDefined();
  });
});
