import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { DatacodeClient } from '../../sdk/index';

const API = 'https://gateway.example';
const BATCH = { batchId: 'staff', orders: [{ externalId: 'a', msisdn: '0900000001', package: 'D90' }] };
const RUNNING = { batchId: 'staff', state: 'running', endedAt: null };
const COMPLETED = { batchId: 'staff', state: 'completed', endedAt: '2026-11-24T03:07:10.000Z' };

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const { batches } = new DatacodeClient({ baseUrl: API, key: 'dck_test_key' });

describe('the batches of the SDK', () => {
  it('are created by a list, which is sent again when its answer is lost', async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post(`${API}/v1/batches`, async ({ request }) => {
        bodies.push(await request.json());
        return bodies.length === 1 ? HttpResponse.error() : HttpResponse.json(RUNNING, { status: 201 });
      }),
    );
    expect(await batches.create(BATCH)).toEqual(RUNNING);
    expect(bodies).toEqual([BATCH, BATCH]);
  });

  it('are waited for to their end, and an unchanged one is not sent again', async () => {
    const tags: (string | null)[] = [];
    const answers = [
      () => HttpResponse.json(RUNNING, { headers: { etag: '"1"' } }),
      () => new HttpResponse(null, { status: 304 }),
      () => HttpResponse.json(COMPLETED, { headers: { etag: '"2"' } }),
    ];
    server.use(
      http.get(`${API}/v1/batches/staff`, ({ request }) => {
        tags.push(request.headers.get('if-none-match'));
        return answers[tags.length - 1]?.() ?? HttpResponse.error();
      }),
    );
    const changes: string[] = [];
    const end = await batches.untilOver('staff', { onChange: ({ state }) => changes.push(state) });
    expect(end).toEqual(COMPLETED);
    expect(changes).toEqual(['running', 'completed']);
    expect(tags).toEqual([null, '"1"', '"1"']);
  });

  it('have their rows read page by page', async () => {
    server.use(
      http.get(`${API}/v1/batches/staff/results`, ({ request }) =>
        new URL(request.url).searchParams.has('cursor')
          ? HttpResponse.json({ rows: [{ index: 1 }], nextCursor: null })
          : HttpResponse.json({ rows: [{ index: 0 }], nextCursor: 'r1' }),
      ),
    );
    const rows: number[] = [];
    for await (const { index } of batches.results('staff')) rows.push(index);
    expect(rows).toEqual([0, 1]);
  });

  it('are cancelled, validated and listed at their addresses', async () => {
    server.use(
      http.post(`${API}/v1/batches/staff/cancel`, () => HttpResponse.json(RUNNING, { status: 202 })),
      http.post(`${API}/v1/batches/validate`, () => HttpResponse.json({ rows: 1, errorCount: 0 })),
      http.get(`${API}/v1/batches`, () => HttpResponse.json({ batches: [COMPLETED], nextCursor: null })),
    );
    expect(await batches.cancel('staff')).toEqual(RUNNING);
    expect(await batches.validate({ orders: BATCH.orders })).toMatchObject({ errorCount: 0 });
    const listed: string[] = [];
    for await (const { batchId } of batches.list()) listed.push(batchId);
    expect(listed).toEqual(['staff']);
  });

  it('may be lists and result files as CSV', async () => {
    const seen: string[] = [];
    server.use(
      http.post(`${API}/v1/batches`, async ({ request }) => {
        seen.push(
          `${new URL(request.url).search} ${request.headers.get('content-type')} ${await request.text()}`,
        );
        return HttpResponse.json(RUNNING, { status: 201 });
      }),
      http.get(`${API}/v1/batches/staff/results`, ({ request }) =>
        HttpResponse.text(`accepts ${request.headers.get('accept')}`),
      ),
    );
    expect(await batches.createFromCsv('staff', 'externalId,…')).toEqual(RUNNING);
    expect(seen).toEqual(['?batchId=staff text/csv externalId,…']);
    expect(await batches.resultsCsv('staff')).toBe('accepts text/csv');
  });

  it.each(['', '.', '..'])('refuse the id "%s", which would be another address', async (id) => {
    await expect(batches.get(id)).rejects.toThrow(TypeError);
  });
});
