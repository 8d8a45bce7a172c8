import {
  isDigestOf,
  isMessageSignedBy,
  parseMessageSignature,
  type SignedMessage,
} from '../../channel/message-signature';
import { http, HttpResponse, type HttpResponseResolver } from 'msw';
import { setupServer } from 'msw/node';
import { isSignedBy, SIGNATURE_HEADER, TIMESTAMP_HEADER } from '../../channel/request-signature';
import { DatacodeClient, DatacodeProblem, NoAnswer } from '../../sdk/index';

const API = 'https://gateway.example';
const ORDER = { externalId: 'order-1', msisdn: '0900000001', package: 'D90' };
const PURCHASE = { externalId: 'order-1', state: 'succeeded', outcome: 'succeeded' };

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const client = new DatacodeClient({ baseUrl: `${API}/`, key: 'dck_test_key', language: 'vi' });

function problem(code: string, status: number, retryable: boolean, headers: Record<string, string> = {}) {
  const document = {
    type: `/problems/${code}`,
    title: code,
    status,
    detail: 'why',
    code,
    retryable,
    requestId: 'r-1',
  };
  return HttpResponse.json(document, {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
}

/** Answers in turn, the last one for ever; @returns the requests that came. */
function answering(method: 'get' | 'post', path: string, ...answers: (() => Response)[]): Request[] {
  const requests: Request[] = [];
  const resolve: HttpResponseResolver = ({ request }) => {
    const answer = answers[Math.min(requests.push(request.clone()), answers.length) - 1];
    return answer?.() ?? HttpResponse.error();
  };
  server.use(http[method](`${API}${path}`, resolve));
  return requests;
}

/** What a call was refused with. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (fault: unknown) => fault,
  );
}

describe('an order that is taken', () => {
  it('is sent once, with the key, the language and how long the answer may be held', async () => {
    const requests = answering('post', '/v1/purchases', () => HttpResponse.json(PURCHASE, { status: 201 }));
    expect(await client.submit(ORDER, { wait: 30 })).toEqual(PURCHASE);
    expect(requests).toHaveLength(1);
    expect(await requests[0]?.json()).toEqual(ORDER);
    expect(Object.fromEntries(requests[0]?.headers ?? [])).toMatchObject({
      authorization: 'Bearer dck_test_key',
      'accept-language': 'vi',
      prefer: 'wait=30',
      'content-type': 'application/json',
    });
  });
});

describe('a channel whose contract asks for more', () => {
  it('signs each request anew, as the gateway checks it', async () => {
    const requests = answering('post', '/v1/purchases', () => HttpResponse.json(PURCHASE));
    const signing = new DatacodeClient({ baseUrl: API, key: 'key', signingSecret: 'shared secret' });
    await signing.submit(ORDER);
    const headers = requests[0]?.headers;
    const signed = {
      method: 'POST',
      path: '/v1/purchases',
      timestamp: Number(headers?.get(TIMESTAMP_HEADER)),
      body: (await requests[0]?.text()) ?? '',
    };
    expect(isSignedBy('shared secret', signed, headers?.get(SIGNATURE_HEADER) ?? '')).toBe(true);
    expect(Math.abs(Date.now() / 1000 - signed.timestamp)).toBeLessThan(60);
  });

  it('signs by RFC 9421 where it is told to, and covers what decides', async () => {
    const requests = answering('post', '/v1/purchases', () => HttpResponse.json(PURCHASE));
    const signing = new DatacodeClient({
      baseUrl: API,
      key: 'key',
      signingSecret: 'shared secret',
      signatureForm: 'rfc9421',
    });
    await signing.submit(ORDER, { idempotencyKey: 'key-1', wait: 30 });
    const headers = requests[0]?.headers;
    const claimed = parseMessageSignature(
      headers?.get('signature-input') ?? '',
      headers?.get('signature') ?? '',
    );
    expect(claimed?.components).toEqual(
      expect.arrayContaining(['@method', '@path', '@query', 'content-digest', 'idempotency-key', 'prefer']),
    );
    const message: SignedMessage = {
      method: 'POST',
      target: '/v1/purchases',
      header: (name) => [headers?.get(name)].flatMap((value) => value ?? []),
      body: Buffer.from((await requests[0]?.text()) ?? ''),
    };
    expect(claimed && isMessageSignedBy('shared secret', claimed, message)).toBe(true);
    expect(isDigestOf(headers?.get('content-digest') ?? '', message.body)).toBe(true);
  });

  it('gives an idempotency key along', async () => {
    const requests = answering('post', '/v1/purchases', () => HttpResponse.json(PURCHASE));
    await client.submit(ORDER, { idempotencyKey: 'key-1' });
    expect(requests[0]?.headers.get('idempotency-key')).toBe('"key-1"');
  });
});

describe('the catalogue', () => {
  it('has what is paused beside what may be sold, and the list of packages has not', async () => {
    const catalogue = { packages: [{ code: 'D90' }], paused: [{ code: 'D10', until: null }] };
    answering('get', '/v1/packages', () => HttpResponse.json(catalogue));
    expect(await client.catalogue()).toEqual(catalogue);
    expect(await client.packages()).toEqual(catalogue.packages);
  });
});

describe('an order whose answer is lost on the way', () => {
  it('is sent again, the same, since the same external id is the same purchase', async () => {
    const requests = answering(
      'post',
      '/v1/purchases',
      () => HttpResponse.error(),
      () => HttpResponse.json(PURCHASE),
    );
    expect(await client.submit(ORDER)).toEqual(PURCHASE);
    expect(await Promise.all(requests.map((request) => request.json()))).toEqual([ORDER, ORDER]);
  });

  it('is sent again when a proxy answered, or the answer broke off', async () => {
    const requests = answering(
      'post',
      '/v1/purchases',
      () => new HttpResponse('<h1>Bad gateway</h1>', { status: 502 }),
      () => new HttpResponse('{"externalId":"ord', { status: 201 }),
      () => HttpResponse.json(PURCHASE),
    );
    expect(await client.submit(ORDER)).toEqual(PURCHASE);
    expect(requests).toHaveLength(3);
  });

  it('is given up at the deadline, and the caller is told that nothing is known', async () => {
    answering('post', '/v1/purchases', () => HttpResponse.error());
    expect(await refusal(client.submit(ORDER, { deadlineMs: 400 }))).toBeInstanceOf(NoAnswer);
  });
});

describe('a problem', () => {
  it('carries all that the API said, and is not sent again unless it is retryable', async () => {
    const requests = answering('post', '/v1/purchases', () => problem('invalid_request', 422, false));
    const fault = await refusal(client.submit(ORDER));
    expect(fault).toBeInstanceOf(DatacodeProblem);
    expect(fault).toMatchObject({
      code: 'invalid_request',
      status: 422,
      retryable: false,
      problem: { detail: 'why', requestId: 'r-1' },
    });
    expect(requests).toHaveLength(1);
  });

  it('that is retryable is waited for as long as it asks', async () => {
    const requests = answering(
      'get',
      '/v1/packages',
      () => problem('temporarily_unavailable', 503, true, { 'retry-after': '1' }),
      () => HttpResponse.json({ packages: [] }),
    );
    const began = performance.now();
    expect(await client.packages()).toEqual([]);
    expect(performance.now() - began).toBeGreaterThanOrEqual(1000);
    expect(requests).toHaveLength(2);
  });

  it('that asks for more patience than the deadline leaves is told at once', async () => {
    answering('get', '/v1/packages', () =>
      problem('temporarily_unavailable', 503, true, { 'retry-after': '600' }),
    );
    const began = performance.now();
    expect(await refusal(client.packages())).toMatchObject({
      code: 'temporarily_unavailable',
      retryAfterMs: 600_000,
    });
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  it.each(['Sun, 06 Nov 2095 08:49:37 GMT', 'Sunday, 06-Nov-2095 08:49:37 GMT', 'Sun Nov  6 08:49:37 2095'])(
    'asks to wait until the same moment in every form of a date, whatever the clock of the house shows: %s',
    async (date) => {
      answering('get', '/v1/packages', () =>
        problem('temporarily_unavailable', 503, true, { 'retry-after': date }),
      );
      const { retryAfterMs } = (await refusal(client.packages())) as DatacodeProblem; // the only way here
      const until = Date.now() + (retryAfterMs ?? 0);
      expect(Math.abs(until - Date.UTC(2095, 10, 6, 8, 49, 37))).toBeLessThan(600_000);
    },
  );

  it('is nothing found, where a purchase is looked up', async () => {
    answering('get', '/v1/purchases/:id', () => problem('purchase_not_found', 404, false));
    expect(await client.find('order-2')).toBeUndefined();
  });
});

describe('the status that is polled', () => {
  const OPEN = { sales: 'open', until: null, pausedPackages: [], mobifone: 'available' };

  it('is sent again only when it has changed', async () => {
    const requests = answering(
      'get',
      '/v1/status',
      () => HttpResponse.json(OPEN, { headers: { etag: '"one"' } }),
      () => new HttpResponse(null, { status: 304, headers: { etag: '"one"' } }),
      () => HttpResponse.json({ ...OPEN, sales: 'paused' }, { headers: { etag: '"two"' } }),
      () => new HttpResponse(null, { status: 304, headers: { etag: '"two"' } }),
    );
    const sales = [];
    for (let poll = 0; poll < 4; poll += 1) sales.push((await client.status()).sales);
    expect(sales).toEqual(['open', 'open', 'paused', 'paused']);
    expect(requests.map(({ headers }) => headers.get('if-none-match'))).toEqual([
      null,
      '"one"',
      '"one"',
      '"two"',
    ]);
  });
});

describe('a statement', () => {
  const STATEMENT = { channel: 'shop', period: '2026-11', closing: 84_150, over: true, final: true };
  const LINES = '\uFEFFtype,day\r\nclosing,2026-11-30\r\n';
  const lines = () => new HttpResponse(LINES, { headers: { 'content-type': 'text/csv; charset=utf-8' } });
  const cutOff = () =>
    new HttpResponse(
      new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(LINES.slice(0, 9)));
          controller.error(new Error('the connection was reset'));
        },
      }),
    );

  it('is read for a day or a month', async () => {
    const requests = answering('get', '/v1/statements/2026-11', () => HttpResponse.json(STATEMENT));
    expect(await client.statement('2026-11')).toEqual(STATEMENT);
    expect(requests[0]?.headers.get('accept')).toBe('application/json');
  });

  it.each([
    ['csv', 'text/csv'],
    ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ] as const)('is had as a file for accounting: %s', async (form, type) => {
    const requests = answering('get', '/v1/statements/2026-11-24', lines);
    const file = await client.statementFile('2026-11-24', form);
    expect(Buffer.from(file).equals(Buffer.from(LINES))).toBe(true); // byte order mark and all
    expect(requests[0]?.headers.get('accept')).toBe(type);
  });

  it('that was cut off is asked for again, and never taken for a whole one', async () => {
    const requests = answering('get', '/v1/statements/2026-11', cutOff, lines);
    expect(Buffer.from(await client.statementFile('2026-11', 'csv')).toString()).toBe(LINES);
    expect(requests).toHaveLength(2);
    answering('get', '/v1/statements/2026-11', cutOff);
    const whole = client.statementFile('2026-11', 'csv', { deadlineMs: 400 });
    expect(await refusal(whole)).toBeInstanceOf(NoAnswer);
  });

  it('that takes longer than a single attempt elsewhere is waited for', async () => {
    const hasty = new DatacodeClient({ baseUrl: API, key: 'dck_test_key', attemptTimeoutMs: 50 });
    const later = async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return HttpResponse.json(STATEMENT);
    };
    server.use(http.get(`${API}/v1/statements/2026-11`, later));
    expect(await hasty.statement('2026-11')).toEqual(STATEMENT);
  });

  it.each(['', '..', '2026', 'November', '2026-11-24/x'])(
    'of %j is refused before it is asked for',
    async (period) => {
      await expect(client.statement(period)).rejects.toThrow(/a day .* or a month/);
    },
  );
});

describe('a request that must not be repeated', () => {
  it('is sent once, whatever came of it', async () => {
    const requests = answering('post', '/v1/notices/:id/resend', () =>
      problem('temporarily_unavailable', 503, true),
    );
    expect(await refusal(client.resendNotice('refund_1'))).toBeInstanceOf(DatacodeProblem);
    expect(requests).toHaveLength(1);
    const pings = answering('post', '/v1/webhook/ping', () => problem('temporarily_unavailable', 503, true));
    expect(await refusal(client.pingWebhook('purchase.refund_due'))).toBeInstanceOf(DatacodeProblem);
    expect(await Promise.all(pings.map((ping) => ping.json()))).toEqual([{ type: 'purchase.refund_due' }]);
  });
});

describe('a caller who wants no more', () => {
  it('gets the reason that it gave, and nothing is sent again', async () => {
    const stop = new AbortController();
    const requests = answering('get', '/v1/packages', () => {
      stop.abort(new Error('the customer left'));
      return HttpResponse.error();
    });
    expect(await refusal(client.packages({ signal: stop.signal }))).toMatchObject({
      message: 'the customer left',
    });
    expect(requests).toHaveLength(1);
  });
});

describe('a list of many pages', () => {
  const pages = () =>
    answering(
      'get',
      '/v1/purchases',
      () => HttpResponse.json({ purchases: [{ externalId: 'a' }, { externalId: 'b' }], nextCursor: 'more+' }),
      () => HttpResponse.json({ purchases: [{ externalId: 'c' }], nextCursor: null }),
    );

  it('is one sequence, filtered the same on each page', async () => {
    const requests = pages();
    const seen: string[] = [];
    for await (const { externalId } of client.list({ state: 'charging' })) seen.push(externalId);
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(requests.map(({ url }) => new URL(url).search)).toEqual([
      '?state=charging',
      '?state=charging&cursor=more%2B',
    ]);
  });

  it('asks for no page that nobody reads', async () => {
    const requests = pages();
    for await (const { externalId } of client.list()) if (externalId === 'a') break;
    expect(requests).toHaveLength(1);
  });
});

describe('an external id with signs that mean something in an address', () => {
  it('stays one part of the path', async () => {
    const requests = answering('post', '/v1/purchases/:id/cancel', () => HttpResponse.json(PURCHASE));
    await client.cancel('a/../b?c', 'changed his mind');
    expect(new URL(requests[0]?.url ?? '').pathname).toBe('/v1/purchases/a%2F..%2Fb%3Fc/cancel');
    expect(await requests[0]?.json()).toEqual({ reason: 'changed his mind' });
  });
});
