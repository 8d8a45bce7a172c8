import { HttpResponse } from 'msw';
import type { GatewayVerdict, InquiryVerdict } from '../../domain/gateway-verdict';
import { transactionId } from '../../domain/identifiers';
import { Circuit } from '../../mobifone/circuit';
import { GATEWAY_CALLS } from '../../mobifone/contract';
import { OUTAGE_THRESHOLD } from '../../mobifone/outage-signs';
import { protectGateway } from '../../mobifone/protected-gateway';
import { make } from '../support/gateway-commands';
import { GatewayOnMsw, reply, type Responder } from '../support/gateway-on-msw';
import { anOrder } from '../support/orders';

let mobifone: GatewayOnMsw;
beforeEach(() => {
  mobifone = new GatewayOnMsw();
  mobifone.listen();
});
afterEach(() => mobifone.close());

const HTML = '<!doctype html><html><body><h1>Hệ thống đang bảo trì</h1></body></html>';
const page =
  (status: number, headers: Record<string, string> = {}): Responder =>
  () =>
    HttpResponse.html(HTML, { status, headers });

/** Answers that are not MobiFone's, but of something in front of it. */
const PAGES: readonly [string, Responder][] = [
  ...[200, 201, 400, 402, 403, 404, 405, 408, 410, 418, 451, 500, 502, 503, 504, 521].map(
    (status): [string, Responder] => [`a page with ${status}`, page(status)],
  ),
  ...[301, 302, 303, 307, 308].map((status): [string, Responder] => [
    `a redirect with ${status}`,
    page(status, { location: 'https://elsewhere.test/maintenance' }),
  ]),
  ['nothing with 204', () => new HttpResponse(null, { status: 204 })],
  ['nothing with 200', () => new HttpResponse('', { status: 200 })],
  ['nothing with 304', () => new HttpResponse(null, { status: 304 })],
  ['words with 200', () => HttpResponse.text('Service temporarily unavailable')],
  ['JSON cut short', () => new HttpResponse('{"resultCode":"0000","transactionId":"pur_7ote')],
  [
    'HTML that calls itself JSON',
    () => new HttpResponse(HTML, { headers: { 'content-type': 'application/json' } }),
  ],
  ['a proxy’s own JSON with 404', () => HttpResponse.json({ message: 'no Route matched' }, { status: 404 })],
  ['a proxy’s own JSON with 403', () => HttpResponse.json({ resultCode: null }, { status: 403 })],
  ['a proxy’s own list with 400', () => HttpResponse.json(['bad gateway'], { status: 400 })],
];

const PAGE_VERDICT = {
  kind: 'unknown',
  detail: expect.stringMatching(/^HTTP \d{3}( without a reply of the contract)?$/),
  outage: true,
};

describe.each(['charge', 'inquiry'] as const)('a %s that is answered by a maintenance page', (call) => {
  it.each(PAGES)('such as %s may have been executed, and is a sign of an outage', async (_, responder) => {
    mobifone.answer(call, responder);
    expect(await make(mobifone.client(), call)).toEqual(PAGE_VERDICT);
    expect(mobifone.received).toHaveLength(1);
  });
});

describe.each(GATEWAY_CALLS)('a %s', (call) => {
  it('that is answered by any of these pages is as little settled', async () => {
    const gateway = mobifone.client();
    mobifone.answer(call, ...PAGES.map(([, responder]) => responder));
    for (const [what] of PAGES) {
      expect({ what, verdict: await make(gateway, call) }).toEqual({ what, verdict: PAGE_VERDICT });
    }
    expect(mobifone.received).toHaveLength(PAGES.length);
  });
});

describe.each(['charge', 'inquiry'] as const)(
  'a %s that MobiFone itself answers against the contract',
  (call) => {
    it.each<[string, Responder]>([
      ['an object of another schema', () => HttpResponse.json({ result: '0000' })],
      ['a list', () => HttpResponse.json([])],
      ['a text', () => HttpResponse.json('0000')],
      ['null', () => HttpResponse.json(null)],
      [
        'names of every object',
        () => new HttpResponse('{"__proto__":{"resultCode":"0000"},"constructor":1}'),
      ],
      [
        'a result code and no more, with 404',
        () => HttpResponse.json({ resultCode: '4003' }, { status: 404 }),
      ],
      ['another transaction', reply({ transactionId: 'pur_other.charge' })],
      ['another transaction, with 422', reply({ transactionId: 'pur_other.charge' }, 422)],
    ])('by %s is a broken contract, for a person to see, and no outage', async (_, responder) => {
      mobifone.answer(call, responder);
      const verdict = await make(mobifone.client(), call);
      expect(verdict).toMatchObject({ kind: 'broken_contract' });
      expect(verdict).not.toHaveProperty('outage');
    });
  },
);

describe.each(GATEWAY_CALLS)('a %s that MobiFone answers done, with an HTTP status of no success', (call) => {
  it.each([302, 400, 404, 409, 422])(
    'such as %i is not settled by that, and is no outage',
    async (status) => {
      mobifone.answer(call, reply({}, status));
      const verdict = await make(mobifone.client(), call);
      expect(verdict).toMatchObject({
        kind: 'unknown',
        detail: expect.stringContaining(`HTTP status ${status}`),
      });
      expect(verdict).not.toHaveProperty('outage');
    },
  );

  it('is done with 201, and with blanks around the result code', async () => {
    mobifone.answer(call, reply({ resultCode: ' 0000 ' }, 201));
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'done' });
  });
});

describe('the wait that MobiFone asks for', () => {
  const inAMinute = () => new Date(Date.now() + 60_000).toUTCString();
  const asked = async (status: number, retryAfter: string) => {
    mobifone.answer('charge', page(status, { 'retry-after': retryAfter }));
    return make(mobifone.client(), 'charge');
  };
  const pauseOf = (verdict: GatewayVerdict | InquiryVerdict) =>
    'retryAfterMs' in verdict ? verdict.retryAfterMs : undefined;

  describe.each([
    [429, 'retry_later'],
    [503, 'unknown'],
    [200, 'unknown'],
    [403, 'unknown'],
  ])('with %i', (status, kind) => {
    it.each([
      ['seconds', '7', 7_000],
      ['longer than any patience', '86400', 3_600_000],
    ])('is carried: %s', async (_, header, pause) => {
      expect(await asked(status, header)).toMatchObject({ kind, retryAfterMs: pause });
    });

    it('is carried: a date', async () => {
      const verdict = await asked(status, inAMinute());
      expect(verdict.kind).toBe(kind);
      expect(pauseOf(verdict)).toBeLessThanOrEqual(60_000);
      expect(pauseOf(verdict)).toBeGreaterThan(0);
    });

    it.each(['0', '-5', '1.5', 'soon', 'soon 2099', 'NaN', '9'.repeat(400), 'Wed, 21 Oct 2015 07:28:00 GMT'])(
      'is none by %p, which asks for none or would have to be guessed',
      async (header) => {
        const verdict = await asked(status, header);
        expect(verdict.kind).toBe(kind);
        expect(verdict).not.toHaveProperty('retryAfterMs');
      },
    );
  });
});

describe('MobiFone behind a maintenance page', () => {
  const TIMES = { probeMinMs: 5_000, probeMaxMs: 60_000, retryMinMs: 20_000, retryMaxMs: 80_000 };

  it.each<[string, Responder]>([
    ['with 200', page(200)],
    ['with 302', page(302, { location: 'https://elsewhere.test/' })],
    ['with 403', page(403)],
    ['with 404', page(404)],
  ])('%s is out: the circuit opens, holds calls back, and closes on healing', async (_, responder) => {
    let time = 0;
    let numbers = 0;
    const circuit = new Circuit(TIMES, OUTAGE_THRESHOLD, { now: () => time, random: () => 0 });
    const gateway = protectGateway(mobifone.client(), circuit);
    const charge = () => {
      const order = anOrder({ msisdn: `84${901_000_000 + (numbers += 1)}` });
      return gateway.call('charge', {
        transactionId: transactionId(order.purchaseId, 'charge'),
        registrationId: transactionId(order.purchaseId, 'registration'),
        msisdn: order.msisdn,
        packageCode: order.package.code,
        amount: order.faceValue,
      });
    };
    mobifone.answer('charge', ...Array.from({ length: 5 }, () => responder));
    for (let call = 0; call < 5; call += 1) expect(await charge()).toMatchObject({ kind: 'unknown' });
    expect(circuit.holdsBack()).toBe(true);
    expect(await charge()).toMatchObject({ kind: 'retry_later', outage: true });
    expect(mobifone.received).toHaveLength(5);

    time = TIMES.probeMinMs; // the page has gone meanwhile
    expect(await charge()).toEqual({ kind: 'done' });
    expect(circuit.holdsBack()).toBe(false);
  });
});
