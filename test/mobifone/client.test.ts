import { HttpResponse } from 'msw';
import { GATEWAY_CALLS } from '../../mobifone/contract';
import { RESULT_CODES } from '../../mobifone/dialect';
import { COMMANDS, make } from '../support/gateway-commands';
import { GatewayOnMsw, reply, type Responder } from '../support/gateway-on-msw';

let mobifone: GatewayOnMsw;
beforeEach(() => {
  mobifone = new GatewayOnMsw();
  mobifone.listen();
});
afterEach(() => mobifone.close());

const COMMAND_CALLS = GATEWAY_CALLS.filter((call) => call !== 'inquiry');

describe.each(GATEWAY_CALLS)('a %s', (call) => {
  it('is done when MobiFone says so', async () => {
    expect(await make(mobifone.client(), call)).toEqual({ kind: 'done' });
  });

  it('carries its transaction id as key, a bearer token and the request id, and nothing personal in its URL', async () => {
    await make(mobifone.client(), call, { requestId: 'req-7' });

    const [request] = mobifone.received;
    expect(request?.headers.get('authorization')).toBe('Bearer token-1');
    expect(request?.headers.get('idempotency-key')).toBe(COMMANDS[call].transactionId);
    expect(request?.headers.get('x-request-id')).toBe('req-7');
    expect(request?.body).toMatchObject({
      transactionId: COMMANDS[call].transactionId,
      msisdn: '84901234567',
    });
    expect(request?.url).not.toMatch(/901234567|D90|90000/);
  });

  it.each([
    ['is for another transaction', { transactionId: 'pur_other.charge' }],
    ['is for another number', { msisdn: '84909999999' }],
    ['has no result code', { resultCode: undefined }],
    ['has a number for a result code', { resultCode: 0 }],
  ])('whose reply %s is a broken contract, never a success', async (_, change) => {
    mobifone.answer(call, reply(change));
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'broken_contract' });
  });

  it('answered with a code that the contract does not have is unknown, never failed', async () => {
    mobifone.answer(call, reply({ resultCode: '7777' }));
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'unknown' });
  });

  it.each([500, 502, 503, 504])(
    'answered with HTTP %i is unknown: the effect may be there',
    async (status) => {
      mobifone.answer(call, reply({}, status));
      expect(await make(mobifone.client(), call)).toEqual({
        kind: 'unknown',
        detail: `HTTP ${status}`,
        outage: true,
      });
    },
  );

  it('answered with 429 is sent again after the pause that MobiFone asks for', async () => {
    mobifone.answer(call, () => new HttpResponse(null, { status: 429, headers: { 'retry-after': '7' } }));
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'retry_later', retryAfterMs: 7000 });
  });

  it('answered with a redirect is a broken contract, and the redirect is not followed', async () => {
    mobifone.answer(call, () => HttpResponse.redirect('https://elsewhere.test/', 307));
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'broken_contract' });
    expect(mobifone.received).toHaveLength(1);
  });

  it('answered with what is no JSON is a broken contract', async () => {
    mobifone.answer(call, () => HttpResponse.html('<h1>Maintenance</h1>'));
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'broken_contract' });
  });

  it('that its caller ends rejects with the caller’s reason', async () => {
    const controller = new AbortController();
    mobifone.answer(call, () => {
      controller.abort(new Error('the worker is draining'));
      return new Promise<never>(() => undefined);
    });
    await expect(make(mobifone.client(), call, { signal: controller.signal })).rejects.toThrow('draining');
  });

  it('is sent once more, with a fresh token, when its token had expired', async () => {
    mobifone.answer(call, () => new HttpResponse(null, { status: 401 }));

    expect(await make(mobifone.client(), call)).toEqual({ kind: 'done' });

    expect(mobifone.received.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('is not sent a third time when the fresh token is refused as well', async () => {
    mobifone.answer(
      call,
      () => new HttpResponse(null, { status: 401 }),
      () => new HttpResponse(null, { status: 401 }),
    );
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'retry_later' });
    expect(mobifone.received).toHaveLength(2);
  });
});

describe.each(COMMAND_CALLS)('the result codes of a %s', (call) => {
  it.each(Object.entries(RESULT_CODES))('%s means what the table says', async (resultCode, meaning) => {
    mobifone.answer(call, reply({ resultCode }));
    const verdict = await make(mobifone.client(), call);
    expect(verdict.kind).toBe(meaning.kind);
    if (meaning.kind === 'refused') expect(verdict).toEqual({ kind: 'refused', refusal: meaning.refusal });
  });

  it('count whatever the HTTP status below 500 is', async () => {
    mobifone.answer(call, reply({ resultCode: '2003' }, 422));
    expect(await make(mobifone.client(), call)).toEqual({ kind: 'refused', refusal: 'registration_refused' });
  });
});

describe.each(['register', 'charge'] as const)('the amount of a %s', (call) => {
  it.each([
    ['another amount', 90_001],
    ['an amount as text', '90000'],
    ['no amount', undefined],
  ])('is money: a reply with %s is a broken contract', async (_, amount) => {
    mobifone.answer(call, reply({ amount }));
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'broken_contract' });
  });
});

describe('an inquiry', () => {
  it.each([
    ['DONE', 'done'],
    ['ROLLED_BACK', 'rolled_back'],
    ['PROCESSING', 'processing'],
    ['NOT_FOUND', 'never_received'],
  ])('that tells %s reads as %s', async (transactionState, kind) => {
    mobifone.answer('inquiry', reply({ transactionState }));
    expect(await make(mobifone.client(), 'inquiry')).toEqual({ kind });
  });

  it('that tells of a refusal gives its reason', async () => {
    mobifone.answer('inquiry', reply({ transactionState: 'REFUSED', transactionResultCode: '3001' }));
    expect(await make(mobifone.client(), 'inquiry')).toEqual({
      kind: 'refused',
      refusal: 'insufficient_balance',
    });
  });

  it.each([
    ['a refusal without a reason', { transactionState: 'REFUSED' }],
    ['a refusal whose reason is no refusal', { transactionState: 'REFUSED', transactionResultCode: '0000' }],
    ['no state', { transactionState: undefined }],
    ['a state of its own', { transactionState: 'LOST' }],
    ['that the inquiry itself is refused', { resultCode: '1001' }],
  ])('that tells %s is a broken contract', async (_, change) => {
    mobifone.answer('inquiry', reply(change));
    expect(await make(mobifone.client(), 'inquiry')).toMatchObject({ kind: 'broken_contract' });
  });
});

describe('the access token', () => {
  it('is fetched once for many callers, and kept', async () => {
    const gateway = mobifone.client();
    await Promise.all(Array.from({ length: 20 }, () => make(gateway, 'check')));
    await make(gateway, 'charge');
    expect(mobifone.tokensGiven).toBe(1);
  });

  it('refused in twenty calls at once is fetched anew once', async () => {
    const gateway = mobifone.client();
    await make(gateway, 'check');
    mobifone.answer('check', ...Array.from({ length: 20 }, () => refuseToken('token-1')));
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => make(gateway, 'check')));
    expect(verdicts).toEqual(verdicts.map(() => ({ kind: 'done' })));
    expect(mobifone.tokensGiven).toBe(2);
  });

  it.each([
    ['answers 503', () => new HttpResponse(null, { status: 503 })],
    ['answers 401', () => new HttpResponse(null, { status: 401 })],
    ['answers without a token', () => HttpResponse.json({ expiresIn: 60 })],
    ['answers no JSON', () => HttpResponse.text('nope')],
    ['cannot be reached', () => HttpResponse.error()],
  ])('that cannot be had since its endpoint %s leaves the command unsent', async (_, answerToken) => {
    mobifone.answerToken = answerToken;
    expect(await make(mobifone.client(), 'charge')).toMatchObject({ kind: 'retry_later' });
    expect(mobifone.received).toHaveLength(0);
  });

  it('that could not be had at first is fetched by the next call', async () => {
    const gateway = mobifone.client();
    const good = mobifone.answerToken;
    mobifone.answerToken = () => new HttpResponse(null, { status: 503 });
    await make(gateway, 'charge');
    mobifone.answerToken = good;
    expect(await make(gateway, 'charge')).toEqual({ kind: 'done' });
  });
});

/** Refuses one token and takes every other. */
function refuseToken(token: string): Responder {
  const isRefused = (headers: Headers) => headers.get('authorization') === `Bearer ${token}`;
  return (request) =>
    isRefused(request.headers) ? new HttpResponse(null, { status: 401 }) : reply()(request);
}
