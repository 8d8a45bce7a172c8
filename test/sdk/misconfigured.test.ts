import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ClientMisconfigured, DatacodeClient, DatacodeProblem, NoAnswer } from '../../sdk/index';
import type { ProblemDocument } from '../../sdk/index';

const RIGHT = { baseUrl: 'https://api.example', key: 'dck_test_key' };
/** What JavaScript lets a caller pass, such as an environment variable that is not set. */
const clientWith = (over: Record<string, unknown>) => new DatacodeClient({ ...RIGHT, ...over });

describe('a client that is set up wrongly', () => {
  it.each([
    ['no address', { baseUrl: undefined }, /baseUrl/],
    ['an address without https://', { baseUrl: 'api.example:3000' }, /baseUrl.*"api.example:3000"/],
    ['an address that already has the path', { baseUrl: 'https://api.example/v1' }, /baseUrl.*\/v1/],
    ['an address with a query', { baseUrl: 'https://api.example/?key=1' }, /baseUrl/],
    ['no key', { key: undefined }, /key is empty or not set/],
    ['an empty key', { key: ' ' }, /key is empty or not set/],
    ['a webhook secret as the key', { key: 'whsec_c2VjcmV0' }, /key.*dck_/],
    ['two keys in one', { key: 'dck_test_a dck_test_b' }, /key.*one line/],
    ['an empty signing secret', { signingSecret: '' }, /signingSecret/],
    ['another form of signature', { signatureForm: 'hmac' }, /signatureForm/],
    ['a timeout that is none', { attemptTimeoutMs: Number.NaN }, /attemptTimeoutMs/],
    ['a deadline of nothing', { deadlineMs: 0 }, /deadlineMs/],
  ])('says at once which setting is wrong and sends nothing: %s', (_, over, words) => {
    expect(() => clientWith(over)).toThrow(ClientMisconfigured);
    expect(() => clientWith(over)).toThrow(words);
  });

  it('never repeats the key or the secret in what it says', () => {
    for (const over of [{ key: 'whsec_c2VjcmV0' }, { key: 'dck_live_abc dck_live_def' }]) {
      expect(() => clientWith(over)).toThrow(
        expect.not.objectContaining({ message: expect.stringMatching(/c2Vj|abc/) }),
      );
    }
  });

  it('may have a line break behind its key, as secret files do', async () => {
    let sent = '';
    const fetch = async (_: unknown, init?: RequestInit) => {
      sent = new Headers(init?.headers).get('authorization') ?? '';
      return Response.json({ packages: [] });
    };
    await clientWith({ key: 'dck_test_key\n', fetch }).packages();
    expect(sent).toBe('Bearer dck_test_key');
  });
});

describe('a call that no repetition could mend', () => {
  const sent: unknown[] = [];
  const fetch = async (address: unknown, init?: RequestInit) => {
    sent.push(new Request(String(address), init).url);
    return Response.json({ purchases: [], nextCursor: null });
  };
  const client = clientWith({ fetch });

  it.each(['', '.', '..'])(
    'is refused before anything is sent: the order id "%s" is no part of an address',
    async (id) => {
      await expect(client.find(id)).rejects.toThrow(/externalId/);
      await expect(client.cancel(id)).rejects.toThrow(/externalId/);
      await expect(async () => client.events(id).next()).rejects.toThrow(/externalId/);
      expect(sent).toEqual([]);
    },
  );

  it('is refused before anything is sent: an idempotency key that no header can carry', async () => {
    const order = { externalId: 'order-1', msisdn: '0900000001', package: 'D90' };
    for (const idempotencyKey of ['khóa-đơn-1', 'two\nlines', 'quo"ted', '']) {
      await expect(client.submit(order, { idempotencyKey })).rejects.toThrow(/idempotencyKey/);
    }
    expect(sent).toEqual([]);
  });
});

describe('an address that redirects', () => {
  it.each([
    ['https://api.example/v1/packages', /redirects to https:\/\/api\.example \(status 301\)/],
    ['/elsewhere', /baseUrl redirects \(status 301\)/],
  ])('is told at once and asked once: %s', async (location, words) => {
    const sent: unknown[] = [];
    const fetch = async (address: unknown) => {
      sent.push(address);
      return new Response(null, { status: 301, headers: { Location: location } });
    };
    const packages = clientWith({ fetch }).packages();
    await expect(packages).rejects.toThrow(NoAnswer);
    await expect(packages).rejects.toThrow(words);
    expect(sent).toHaveLength(1);
  });
});

describe('what a failed call prints', () => {
  const document: ProblemDocument = {
    type: '/problems/invalid_request',
    title: 'The order is not valid',
    status: 422,
    detail: 'Correct the fields.',
    code: 'invalid_request',
    retryable: false,
    requestId: 'r-1',
  };

  it('names each faulty field, and where the problem is explained', () => {
    const errors: ProblemDocument['errors'] = [
      { pointer: '/package', code: 'unknown_package', detail: 'No such package.' },
    ];
    const { message } = new DatacodeProblem({ ...document, errors });
    expect(message).toContain('/package: No such package.');
    expect(message).toContain('invalid_request, request r-1');
    expect(message).toContain('/problems/invalid_request');
  });

  it('says when the same request is worth sending again', () => {
    const { message } = new DatacodeProblem({ ...document, retryable: true }, 1500);
    expect(message).toContain('Send the same request again after 2 seconds');
    expect(new DatacodeProblem({ ...document, retryable: true }).message).toContain(
      'Send the same request again',
    );
  });

  it('says that an order may be sent again, and which address did not answer', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo; // it listens on TCP
    await new Promise((resolve) => closed.close(resolve));
    const baseUrl = `http://127.0.0.1:${port}`;
    const client = clientWith({ baseUrl, deadlineMs: 300 });
    const order = client.submit({ externalId: 'order-1', msisdn: '0900000001', package: 'D90' });
    await expect(order).rejects.toBeInstanceOf(NoAnswer);
    await expect(order).rejects.toThrow(`${baseUrl}/v1/purchases`);
    await expect(order).rejects.toThrow(/ECONNREFUSED.*Is it running.*sold once/s);
  });
});
