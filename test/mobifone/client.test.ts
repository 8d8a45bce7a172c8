import { HttpResponse } from 'msw';
import { traceparent, type Traceparent } from '../../domain/trace';
import { GATEWAY_CALLS } from '../../mobifone/contract';
import { RESULT_CODES } from '../../mobifone/dialects/datacode-json';
import { COMMANDS, make } from '../support/gateway-commands';
import { GatewayOnMsw, reply, type Responder } from '../support/gateway-on-msw';

const PLACE = traceparent(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`) as Traceparent; // it is one

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

  it('carries a bearer token and where it came from, and nothing personal in its URL', async () => {
    await make(mobifone.client(), call, { requestId: 'req-7', traceparent: PLACE });

    const [request] = mobifone.received;
    expect(request?.headers.get('authorization')).toBe('Bearer token-1');
    expect(request?.headers.get('traceparent')).toBe(PLACE);
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
    ['has an empty result code', { resultCode: '  ' }],
    ['has a list for a result code', { resultCode: ['0000'] }],
    ['has no transaction', { transactionId: undefined }],
  ])('whose reply %s is a broken contract, never a success', async (_, change) => {
    mobifone.answer(call, reply(change));
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'broken_contract' });
  });

  it.each([
    ['done and refused', '"resultCode":"0000","resultCode":"2001"'],
    ['refused and done', '"resultCode":"2001","resultCode":"0000"'],
    ['done, and refused in other letters', '"resultCode":"0000","result\\u0043ode":"2001"'],
    ['done for two transactions', '"transactionId":"pur_other.charge","resultCode":"0000"'],
  ])(
    'whose reply says in one field twice that it is %s is asked about, neither done nor refused',
    async (_, fields) => {
      mobifone.answer(call, ({ body: { transactionId, msisdn } }) => {
        const own = JSON.stringify({ transactionId, msisdn }).slice(1);
        return new HttpResponse(`{${fields},${own}`, { headers: { 'content-type': 'application/json' } });
      });
      expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'unknown' });
    },
  );

  it('answered with a code that the contract does not have is unknown, never failed', async () => {
    const gateway = mobifone.client();
    for (const resultCode of [
      '7777',
      '0',
      'constructor',
      'toString',
      'hasOwnProperty',
      '__proto__',
      0,
      -1,
      1e21,
    ]) {
      mobifone.answer(call, reply({ resultCode }));
      expect(await make(gateway, call)).toEqual({
        kind: 'unknown',
        detail: `result code ${resultCode} is not in the contract`,
      });
    }
  });

  it.each(['84905550088', '0905550088', 84905550088])(
    'answered with a subscriber’s number for a code shows no more than its end: %p',
    async (resultCode) => {
      mobifone.answer(call, reply({ resultCode }));
      expect(await make(mobifone.client(), call)).toEqual({
        kind: 'unknown',
        detail: 'result code ****088 is not in the contract',
      });
    },
  );

  it.each(['REFUSED', 'PROCESSING', 'NOT_FOUND', 'x', 1])(
    'is unknown when its code says done and its state says %j',
    async (transactionState) => {
      if (call === 'inquiry' || call === 'check') return; // its state is that of another command; nothing settles a check
      mobifone.answer(call, reply({ transactionState }));
      expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'unknown' });
      mobifone.answer(call, reply({ transactionState: 'DONE' }));
      expect(await make(mobifone.client(), call)).toEqual({ kind: 'done' });
    },
  );

  it.each([
    ['a refusal', '3001'],
    ['a doubt', '9002'],
    ['a code that the contract does not have', '7777'],
    ['what is no code', { code: '0000' }],
  ])('is unknown when its code says done and that of its transaction says %s', async (_, code) => {
    if (call === 'inquiry' || call === 'check') return; // its code is that of another command; nothing settles a check
    mobifone.answer(call, reply({ transactionResultCode: code }));
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'unknown' });
    for (const agreeing of ['0000', ' 0000 ', '', null, undefined]) {
      mobifone.answer(call, reply({ transactionResultCode: agreeing }));
      expect(await make(mobifone.client(), call)).toEqual({ kind: 'done' });
    }
  });

  it.each([
    ['that it was refused', '2003'],
    ['that nothing was done', '9001'],
  ])('is unknown when its code says %s and its transaction says otherwise', async (_, resultCode) => {
    if (call === 'inquiry' || call === 'check') return; // its state and code are those of another command; nothing settles a check
    for (const other of [
      { transactionState: 'DONE' },
      { transactionState: 'PROCESSING' },
      { transactionState: 'x' },
      { transactionResultCode: '0000' },
      { transactionResultCode: '3001' },
    ]) {
      mobifone.answer(call, reply({ resultCode, ...other }));
      expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'unknown' });
    }
    for (const agreeing of [{ transactionState: 'REFUSED' }, { transactionResultCode: resultCode }]) {
      mobifone.answer(call, reply({ resultCode, ...agreeing }));
      expect(await make(mobifone.client(), call)).not.toMatchObject({ kind: 'unknown' });
    }
  });

  it('is done when its code is padded with white space', async () => {
    mobifone.answer(call, reply({ resultCode: ' 0000\r\n' }));
    expect(await make(mobifone.client(), call)).toEqual({ kind: 'done' });
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
    expect(await make(mobifone.client(), call)).toEqual({
      kind: 'retry_later',
      detail: 'HTTP 429: too many requests',
      retryAfterMs: 7000,
    });
  });

  it('answered with a redirect does not follow it', async () => {
    mobifone.answer(call, () => HttpResponse.redirect('https://elsewhere.test/', 307));
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'unknown', outage: true });
    expect(mobifone.received).toHaveLength(1);
  });

  it('that its caller ends rejects with the caller’s reason', async () => {
    const controller = new AbortController();
    mobifone.answer(call, () => {
      controller.abort(new Error('the worker is draining'));
      return new Promise<never>(() => undefined);
    });
    await expect(make(mobifone.client(), call, { signal: controller.signal })).rejects.toThrow('draining');
  });
});

const EXPIRED: Responder = () => new HttpResponse(null, { status: 401 });

describe.each(['check', 'inquiry'] as const)('a %s whose token had expired', (call) => {
  it('is sent once more, with a fresh token: it has no effect', async () => {
    mobifone.answer(call, EXPIRED);
    expect(await make(mobifone.client(), call)).toMatchObject({ kind: 'done' });
    expect(authorisations()).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('is not sent a third time when the fresh token is refused as well', async () => {
    mobifone.answer(call, EXPIRED, EXPIRED);
    expect(await make(mobifone.client(), call)).toEqual({
      kind: 'retry_later',
      detail: 'HTTP 401: our credentials were refused',
      outage: true,
    });
    expect(mobifone.received).toHaveLength(2);
  });
});

describe.each(['register', 'charge', 'rollback', 'sms'] as const)('a %s whose token had expired', (call) => {
  it('is not sent again before MobiFone was asked: one that executes it and answers 401 would do it twice', async () => {
    mobifone.answer(call, EXPIRED);
    const gateway = mobifone.client();
    expect(await make(gateway, call)).toEqual({
      kind: 'retry_later',
      detail: 'HTTP 401: our credentials were refused',
      credentials: 'renewed',
    });
    expect(mobifone.received).toHaveLength(1);

    expect(await make(gateway, call)).toEqual({ kind: 'done' }); // whoever has asked sends it with the fresh token
    expect(authorisations()).toEqual(['Bearer token-1', 'Bearer token-2']);
  });
});

describe('a call without an answer', () => {
  const silent: Responder = () => new Promise<never>(() => undefined);

  it('looks like an outage', async () => {
    mobifone.answer('charge', silent);
    expect(await make(mobifone.client(100), 'charge')).toMatchObject({ kind: 'unknown', outage: true });
  });

  it('whose process was frozen meanwhile does not: its limit struck much too late', async () => {
    mobifone.answer('charge', () => {
      const frozenMs = 1_500;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, frozenMs);
      return new Promise<never>(() => undefined);
    });
    const verdict = await make(mobifone.client(100), 'charge');
    expect(verdict.kind).toBe('unknown');
    expect(verdict).not.toHaveProperty('outage');
  });
});

describe('the idempotency key', () => {
  it.each(['register', 'charge', 'rollback', 'sms'] as const)(
    'goes with a %s, which has an effect: it is the transaction id',
    async (call) => {
      await make(mobifone.client(), call);
      expect(mobifone.received[0]?.headers.get('idempotency-key')).toBe(COMMANDS[call].transactionId);
    },
  );

  it.each(['check', 'inquiry'] as const)(
    'does not go with a %s: a gateway that keeps keys would answer the next one from its memory',
    async (call) => {
      await make(mobifone.client(), call);
      expect(mobifone.received[0]?.headers.has('idempotency-key')).toBe(false);
    },
  );
});

describe.each(COMMAND_CALLS)('the result codes of a %s', (call) => {
  it.each(Object.entries(RESULT_CODES))('%s means what the table says', async (resultCode, meaning) => {
    mobifone.answer(call, reply({ resultCode }));
    const verdict = await make(mobifone.client(), call);
    expect(verdict.kind).toBe(meaning.kind);
    if (meaning.kind === 'refused') expect(verdict).toEqual({ kind: 'refused', refusal: meaning.refusal });
  });

  it('are understood when they come as numbers', async () => {
    mobifone.answer(call, reply({ resultCode: 2003 }));
    expect(await make(mobifone.client(), call)).toEqual({ kind: 'refused', refusal: 'registration_refused' });
  });

  it('count whatever the HTTP status below 500 is', async () => {
    mobifone.answer(call, reply({ resultCode: '2003' }, 422));
    expect(await make(mobifone.client(), call)).toEqual({ kind: 'refused', refusal: 'registration_refused' });
  });
});

describe.each(['register', 'charge'] as const)('the amount of a %s', (call) => {
  it.each([
    ['an amount as text', '90000'],
    ['a negative amount', -90_000],
    ['no amount', undefined],
  ])('is money: a reply with %s is a broken contract', async (_, amount) => {
    mobifone.answer(call, reply({ amount }));
    const verdict = await make(mobifone.client(), call);
    expect(verdict).toMatchObject({ kind: 'broken_contract' });
    expect(verdict).not.toHaveProperty('disputed');
  });

  it('is in dispute when MobiFone names another', async () => {
    mobifone.answer(call, reply({ amount: 90_001 }));
    expect(await make(mobifone.client(), call)).toEqual({
      kind: 'broken_contract',
      detail: 'the reply is for another amount',
      disputed: 'amount',
    });
  });

  it('is in dispute together with the package when MobiFone names another of both', async () => {
    mobifone.answer(call, reply({ amount: 90_001, packageCode: 'D120' }));
    expect(await make(mobifone.client(), call)).toEqual({
      kind: 'broken_contract',
      detail: 'the reply is for another amount and another package',
      disputed: 'amount_and_package',
    });
  });
});

describe.each(['check', 'register', 'charge'] as const)('the package of a %s', (call) => {
  it.each(['D120', 'd90', 90])('is in dispute when MobiFone names another: %j', async (packageCode) => {
    for (const resultCode of ['0000', '2003']) {
      mobifone.answer(call, reply({ resultCode, packageCode }));
      expect(await make(mobifone.client(), call)).toEqual({
        kind: 'broken_contract',
        detail: 'the reply is for another package',
        disputed: 'package',
      });
    }
  });

  it.each(['D90', ' D90 ', '', ' ', null, undefined])('need not be named: %j', async (packageCode) => {
    mobifone.answer(call, reply({ packageCode }));
    expect(await make(mobifone.client(), call)).toEqual({ kind: 'done' });
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

  it.each([
    ['both', { amount: 90_000, packageCode: 'D90' }, { amount: 90_000, packageCode: 'D90' }],
    ['the amount alone', { amount: 90_001 }, { amount: 90_001 }],
    ['an amount of nothing', { amount: 0 }, { amount: 0 }],
    ['the package alone', { packageCode: 'D120' }, { packageCode: 'D120' }],
    ['neither, in words', { amount: null, packageCode: null }, {}],
    ['neither', {}, {}],
  ])('of amount and package passes on what it is told: %s', async (_, told, passedOn) => {
    mobifone.answer('inquiry', reply({ transactionState: 'DONE', ...told }));
    expect(await make(mobifone.client(), 'inquiry')).toEqual({ kind: 'done', ...passedOn });
  });

  it.each(['0000', '9002', '0002', '', null, undefined])(
    'that tells of a success may have its code, or that of its first reply: %j',
    async (code) => {
      mobifone.answer('inquiry', reply({ transactionState: 'DONE', transactionResultCode: code }));
      expect(await make(mobifone.client(), 'inquiry')).toEqual({ kind: 'done' });
    },
  );

  it.each(['3001', ' 3001 ', 3001])('that tells of a refusal gives its reason: %p', async (code) => {
    mobifone.answer('inquiry', reply({ transactionState: 'REFUSED', transactionResultCode: code }));
    expect(await make(mobifone.client(), 'inquiry')).toEqual({
      kind: 'refused',
      refusal: 'insufficient_balance',
    });
  });

  it.each([
    ['a refusal without a reason', { transactionState: 'REFUSED' }],
    [
      'a refusal whose reason is a name of every object',
      { transactionState: 'REFUSED', transactionResultCode: 'constructor' },
    ],
    ['an amount as text', { transactionState: 'DONE', amount: '90000' }],
    ['a refusal whose reason is no refusal', { transactionState: 'REFUSED', transactionResultCode: '0000' }],
    ['no state', { transactionState: undefined }],
    ['a state of its own', { transactionState: 'LOST' }],
    ['that it is done, with a refusal', { transactionState: 'DONE', transactionResultCode: '3001' }],
    ['that it is not there, and was done', { transactionState: 'NOT_FOUND', transactionResultCode: '0000' }],
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
    ['answers a token that no header can carry', () => HttpResponse.json({ accessToken: 'a\r\nb' })],
    ['answers an empty token', () => HttpResponse.json({ accessToken: '' })],
    ['answers a redirect', () => HttpResponse.redirect('https://elsewhere.test/login', 302)],
    ['cannot be reached', () => HttpResponse.error()],
  ])('that cannot be had since its endpoint %s leaves the command unsent', async (_, answerToken) => {
    mobifone.answerToken = answerToken;
    expect(await make(mobifone.client(), 'charge')).toMatchObject({ kind: 'retry_later', outage: true });
    expect(mobifone.received).toHaveLength(0);
  });

  it('that its endpoint gives only later leaves the command unsent for as long as it asks', async () => {
    mobifone.answerToken = () => new HttpResponse(null, { status: 429, headers: { 'retry-after': '20' } });
    const gateway = mobifone.client();
    expect(await make(gateway, 'charge')).toMatchObject({ kind: 'retry_later', retryAfterMs: 20_000 });
    const { retryAfterMs } = { retryAfterMs: 0, ...(await make(gateway, 'charge')) };
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(20_000);
    expect(mobifone.tokensGiven).toBe(1);
  });

  it('refused with every call does not become a storm of requests for tokens', async () => {
    const gateway = mobifone.client();
    const refused = Array.from({ length: 400 }, () => () => new HttpResponse(null, { status: 401 }));
    mobifone.answer('check', ...refused);

    for (let round = 0; round < 10; round += 1) {
      const verdicts = await Promise.all(Array.from({ length: 20 }, () => make(gateway, 'check')));
      for (const verdict of verdicts) expect(verdict).toMatchObject({ kind: 'retry_later', outage: true });
    }

    expect(mobifone.tokensGiven).toBeLessThanOrEqual(6); // at once, at once again, then at least seconds apart
    expect(mobifone.received.length).toBeLessThanOrEqual(120);
  });

  it('is not waited for by a caller that has left', async () => {
    const caller = new AbortController();
    mobifone.answerToken = () => {
      caller.abort(new Error('the worker is draining'));
      return new Promise<never>(() => undefined);
    };
    await expect(make(mobifone.client(), 'charge', { signal: caller.signal })).rejects.toThrow('draining');
  });

  it.each<[string, () => Response]>([
    ['answers 201', () => HttpResponse.json({ accessToken: 'token-a', expiresIn: 3600 }, { status: 201 })],
    ['tells a lifetime of 0', () => HttpResponse.json({ accessToken: 'token-b', expiresIn: 0 })],
    ['tells a fraction', () => HttpResponse.json({ accessToken: 'token-c', expiresIn: 3599.6 })],
    ['tells a number as text', () => HttpResponse.json({ accessToken: 'token-d', expiresIn: '3600' })],
    ['tells no lifetime', () => HttpResponse.json({ accessToken: 'token-e' })],
    ['tells null', () => HttpResponse.json({ accessToken: 'token-f', expiresIn: null })],
    ['tells a date', () => HttpResponse.json({ accessToken: 'token-g', expiresIn: 'tomorrow' })],
    ['tells a negative', () => HttpResponse.json({ accessToken: 'token-h', expiresIn: -5 })],
  ])('is used although its endpoint %s, and not asked for with each call', async (_, answerToken) => {
    mobifone.answerToken = answerToken;
    const gateway = mobifone.client();
    expect(await make(gateway, 'charge')).toEqual({ kind: 'done' });
    expect(await make(gateway, 'rollback')).toEqual({ kind: 'done' });
    expect(mobifone.received[0]?.headers.get('authorization')).toMatch(/^Bearer token-[a-h]$/);
    expect(mobifone.tokensGiven).toBe(1);
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

function authorisations(): (string | null)[] {
  return mobifone.received.map(({ headers }) => headers.get('authorization'));
}
