import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { parse } from 'csv-parse/sync';
import { search } from '../../operators/search';
import { readQueue } from '../../operators/queue';
import { StuckSteps } from '../../operators/stuck-steps';
import type { Position } from '../../sandbox/ledger-entries';
import { CHAOS_SETTINGS } from '../chaos/settings';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { Selling } from '../support/selling';

/** Minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(900_000);

const ROWS = 300;
/** What becomes of these rows, by place; the others are sold. */
const OTHERS = new Map([
  [3, { msisdn: '0900000402', result: 'rolled_back', reason: 'insufficient_balance' }],
  [50, { msisdn: '0900000101', result: 'rejected', reason: 'subscriber_not_found' }],
  [120, { msisdn: '0900000403', result: 'rolled_back', reason: 'charging_barred' }],
  [200, { msisdn: '0900000405', result: 'succeeded', reason: '' }],
  [260, { msisdn: '0909999999', result: 'refused', reason: 'number_blocked' }],
]);

const UNSOLD = new Set(['0900000402', '0900000403', '0900000101', '0909999999']);

let stack: EmbeddedStack;
let selling: Selling;
beforeAll(async () => {
  stack = await EmbeddedStack.start(CHAOS_SETTINGS);
  selling = new Selling(stack);
});
afterAll(() => stack.end());

interface Progress {
  state: string;
  waitingFor: string | null;
  rows: number;
  results: Record<string, number>;
  money: Record<string, number>;
}

function orders(name: string, count: number) {
  return Array.from({ length: count }, (_, at) => ({
    externalId: `${name}-${at}`,
    msisdn: OTHERS.get(at)?.msisdn ?? `0901${String(100_000 + at)}`,
    package: 'D90',
  }));
}

async function progressOf(batch: string): Promise<Progress> {
  const { status, body } = await stack.api('GET', `/v1/batches/${batch}`);
  if (status !== 200) throw new Error(`the batch was not read: ${status}`);
  return body as unknown as Progress; // as the OpenAPI document has it
}

/** Looks until a batch is as promised. */
const until = (batch: string, holds: (progress: Progress) => boolean) =>
  eventually(
    `batch ${batch}`,
    async () => {
      const progress = await progressOf(batch).catch(() => undefined); // the API or Temporal may be away
      return progress && holds(progress) ? progress : undefined;
    },
    600_000,
  );

const begun = ({ rows, results }: Progress) => rows - (results['not_begun'] ?? 0);

async function rowsAsCsv(batch: string): Promise<Record<string, string>[]> {
  const response = await fetch(`${stack.apiUrl}/v1/batches/${batch}/results`, {
    headers: { authorization: `Bearer ${stack.key()}`, accept: 'text/csv' },
  });
  return parse(await response.text(), { bom: true, columns: true });
}

/** By MobiFone's own ledger: each row that can be sold was, and none twice. */
async function expectSoldOnce(batch: string): Promise<void> {
  for (const { externalId, msisdn } of orders(batch, ROWS)) {
    const id = stack.purchaseId(externalId);
    const { charges, registered } = await stack.sandbox<Position>(`purchases/${id}`);
    const isSold = !UNSOLD.has(msisdn);
    expect({ externalId, registered, charges }).toEqual({
      externalId,
      registered: isSold,
      charges: isSold ? 1 : 0,
    });
  }
}

describe('a firm that buys for three hundred numbers', () => {
  let end: Progress;
  let rowsLeftWhenSingleWasSold: number;

  beforeAll(async () => {
    const why = ['--by', 'lan', '--why', 'a story'];
    expect((await stack.runCommand('blocks', ['add', ...why], '0909999999\n')).succeeded).toBe(true);
    await eventually('the block to be in force', async () => {
      const { body } = await selling.buy('probe', '0909999999');
      return body['code'] === 'number_blocked' ? true : undefined;
    });
    const body = { batchId: 'staff', orders: orders('staff', ROWS) };
    expect((await stack.api('POST', '/v1/batches', body)).status).toBe(201);
    await until('staff', (progress) => begun(progress) > 0);

    const { body: single } = await selling.buy('single', '0900000001', { prefer: 'wait=30' });
    expect(single['outcome']).toBe('succeeded');
    rowsLeftWhenSingleWasSold = (await progressOf('staff')).results['not_begun'] ?? 0;

    await stack.killPart('worker');
    await stack.killPart('api');
    await stack.startPart('api');
    await stack.startPart('worker');
    expect((await stack.api('POST', '/v1/batches', body)).status).toBe(200); // the channel, which lost the answer
    end = await until('staff', ({ state }) => state === 'completed');
  });

  it('has a result of every row, and what they came to', () => {
    expect(end.results).toEqual({
      not_begun: 0,
      open: 0,
      repeated: 0,
      succeeded: ROWS - 4,
      rejected: 1,
      rolled_back: 2,
      cancelled: 0,
      given_up: 0,
      refused: 1,
    });
    expect(end.money['faceValue']).toBe((ROWS - 4) * 90_000);
    expect(end.money['refunded']).toBe(3 * 90_000);
    expect(end.money['payable']).toBe((end.money['faceValue'] ?? 0) - (end.money['discount'] ?? 0));
  });

  it('has them as a file in the order of the rows, with no number in clear', async () => {
    const rows = await rowsAsCsv('staff');
    expect(rows.map(({ externalId }) => externalId)).toEqual(
      orders('staff', ROWS).map(({ externalId }) => externalId),
    );
    for (const [place, row] of rows.entries()) {
      const expected = OTHERS.get(place) ?? { result: 'succeeded', reason: '' };
      expect(row).toMatchObject({ result: expected.result, reason: expected.reason });
      expect(row['msisdn']).toMatch(/^8490\*{4}\d{3}$/);
    }
  });

  it('was sold every row once, whoever was killed meanwhile', () => expectSoldOnce('staff'));

  it('kept nobody’s single purchase waiting: it was sold while rows had not begun', () => {
    expect(rowsLeftWhenSingleWasSold).toBeGreaterThan(0);
  });

  it('is an ordinary purchase in each of its rows', async () => {
    const { body } = await stack.api('GET', '/v1/purchases/staff-3');
    expect(body).toMatchObject({ outcome: 'rolled_back', id: stack.purchaseId('staff-3') });
  });

  it('was notified once when it was over', async () => {
    const notice = await eventually('the notice', async () => {
      const { body } = await stack.api('GET', '/v1/notices?limit=100');
      const { notices } = body as {
        notices: { id: string; type: string; batchId: string | null; status: string }[];
      };
      return notices.find(({ type, status }) => type === 'batch.completed' && status === 'delivered');
    });
    expect(notice.batchId).toBe('staff');
    const { body } = await stack.api('GET', `/v1/notices/${notice.id}`);
    expect(body).toMatchObject({ ...notice, attempts: [{ status: 204 }], nextAttemptAt: null });
  });

  it('finds its batch in the list, and no other channel does', async () => {
    await eventually('the batch in the list', async () => {
      const { batches } = (await stack.api('GET', '/v1/batches')).body as { batches: Progress[] };
      return batches.some(({ state }) => state === 'completed') ? true : undefined;
    });
    const other = await stack.api('GET', '/v1/batches', undefined, undefined, 'prepaid');
    expect(other.body['batches']).toEqual([]);
  });
});

/** The parts that die, one after the other, and how many rows have begun by then; at the end all of them at once. */
const DEATHS = [
  [['temporal'], 1],
  [['worker'], 50],
  [['temporal', 'api'], 100],
  [['temporal', 'worker', 'api'], 150],
] as const;

describe('a firm whose batch meets the death of every process', () => {
  let end: Progress;

  beforeAll(async () => {
    const body = { batchId: 'through-deaths', orders: orders('through-deaths', ROWS) };
    expect((await stack.api('POST', '/v1/batches', body)).status).toBe(201);
    for (const [parts, rows] of DEATHS) {
      await until('through-deaths', (progress) => begun(progress) >= rows);
      for (const part of parts) await stack.killPart(part);
      for (const part of parts) await stack.startPart(part);
    }
    end = await until('through-deaths', ({ state }) => state === 'completed');
  });

  it('has a result of every row', () => {
    expect(end.results).toMatchObject({
      not_begun: 0,
      open: 0,
      succeeded: ROWS - 4,
      rejected: 1,
      rolled_back: 2,
      refused: 1,
    });
  });

  it('was sold every row once', () => expectSoldOnce('through-deaths'));
});

describe('a batch that is cancelled while it runs', () => {
  it('begins no further row, and tells of those that have begun', async () => {
    const { status } = await stack.api('POST', '/v1/batches', {
      batchId: 'cut-short',
      orders: orders('cut-short', ROWS),
    });
    expect(status).toBe(201);
    await until('cut-short', (progress) => begun(progress) > 0);
    expect((await stack.api('POST', '/v1/batches/cut-short/cancel')).status).toBe(202);
    const end = await until('cut-short', ({ state }) => state === 'cancelled');
    expect(end.results['not_begun']).toBeGreaterThan(0);
    expect(end.results['open']).toBe(0);
    const rows = await rowsAsCsv('cut-short');
    const last = rows.findLast(({ result }) => result === 'not_begun');
    const { status: found } = await stack.api('GET', `/v1/purchases/${last?.['externalId']}`);
    expect(found).toBe(404);
  });
});

describe('a batch that is cancelled while no worker has begun its part', () => {
  it('is over at once: Temporal itself says in clear that the part was not begun', async () => {
    const names = Array.from({ length: 6 }, (_, at) => `queued-${at}`);
    for (const batchId of names)
      await stack.api('POST', '/v1/batches', { batchId, orders: orders(batchId, 60) });
    for (const batchId of names.toReversed()) await stack.api('POST', `/v1/batches/${batchId}/cancel`);
    for (const batchId of names) await until(batchId, ({ state }) => state === 'cancelled');
  });
});

describe('a batch while sales are paused', () => {
  it('waits, and goes on by itself when they are resumed', async () => {
    const why = ['--by', 'lan', '--why', 'a story'];
    expect((await stack.runCommand('purchases', ['pause', 'all', ...why])).succeeded).toBe(true);
    await eventually('the pause to be in force', async () => {
      const { body } = await selling.buy('probe-2', '0900000001');
      return body['code'] === 'sales_paused' ? true : undefined;
    });
    // A worker learns of the pause a moment later than the API, and sells until then.
    let attempts = 0;
    const id = await eventually('a batch to wait', async () => {
      const batchId = `paused-${(attempts += 1)}`;
      await stack.api('POST', '/v1/batches', { batchId, orders: orders(batchId, 3) });
      const { state } = await until(batchId, (now) => ['waiting', 'completed'].includes(now.state));
      return state === 'waiting' ? batchId : undefined;
    });
    expect(await until(id, ({ state }) => state === 'waiting')).toMatchObject({ waitingFor: 'sales_paused' });
    expect((await stack.runCommand('purchases', ['resume', 'all', ...why])).succeeded).toBe(true);
    expect(await until(id, ({ state }) => state === 'completed')).toMatchObject({
      results: { succeeded: 3 },
    });
  });
});

describe('an operator with a channel’s batches', () => {
  const batches = (...words: readonly string[]) => stack.runCommand('batches', words);
  const listed = async (...words: readonly string[]) => {
    const { stdout } = await batches('list', '--json', ...words);
    const { batches: found } = JSON.parse(stdout) as { batches: { batchId: string; state: string }[] };
    return found;
  };

  it('finds them, over and running, and sees what came of one', async () => {
    const { stdout } = await batches('list', '--channel', 'demo');
    expect(stdout).toMatch(/demo\/staff {2}completed {2}300 of 300 begun {2}succeeded 296/);
    expect(await listed('--running')).toEqual([]);
    expect(await listed('--channel', 'demo-prepaid')).toEqual([]);
    const { stdout: whole } = await batches('show', 'demo/staff');
    expect(whole).toContain('rolled_back: 2');
    expect(whole).toMatch(/batch\.completed \(evt_bat_[a-z2-7]{26}\): delivered[^]*HTTP 20\d/);
    expect(await batches('show', 'demo/none')).toMatchObject({ exitCode: 1, stdout: '' });
    expect(await batches('show', 'nonsense')).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('finds one by its id where purchases are searched for', async () => {
    const keys = { hashesOf: undefined, channels: ['demo', 'demo-prepaid'] };
    const found = (text: string) =>
      stack.temporal(
        async (client) => (await search(client, { text, channel: undefined, day: undefined }, keys)).batches,
      );
    const staff = [{ channel: 'demo', batchId: 'staff' }];
    for (const text of ['staff', 'demo/staff', 'batch:demo:staff']) expect(await found(text)).toEqual(staff);
    for (const text of ['demo-prepaid/staff', 'none']) expect(await found(text)).toEqual([]);
  });

  it('cancels one, and who did it and why stays in its history', async () => {
    const body = { batchId: 'wrong-list', orders: orders('wrong-list', ROWS) };
    expect((await stack.api('POST', '/v1/batches', body)).status).toBe(201);
    await until('wrong-list', (progress) => begun(progress) > 0);
    const why = ['--by', 'lan', '--why', 'the wrong list'];
    expect((await batches('cancel', 'demo/wrong-list', ...why)).stdout).toContain('Done:');
    expect((await until('wrong-list', ({ state }) => state === 'cancelled')).results['open']).toBe(0);
    const signals = await stack.temporal(async (client) => {
      const { events } = await client.workflow.getHandle('batch:demo:wrong-list').fetchHistory();
      const decode = client.options.loadedDataConverter;
      const inputs = (events ?? []).flatMap(
        ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.input?.payloads ?? [],
      );
      return decodeArrayFromPayloads(decode, inputs);
    });
    expect(signals).toEqual([{ by: 'lan', why: 'the wrong list' }]);
    expect((await batches('show', 'demo/wrong-list')).stdout).toMatch(/cancelled .* by lan: the wrong list/);
    expect(await batches('cancel', 'demo/wrong-list', ...why)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the batch is cancelled') as string,
    });
  });
});

describe('a channel whose webhook is gone when its batch is over', () => {
  const late = () => new Date(Date.now() + 3_600_000); // what is due for so long stands in the queue
  const inQueue = () =>
    stack.temporal(async (client) => {
      const { items } = await readQueue(client, new StuckSteps(client), { now: late() });
      return items.filter(({ kind }) => kind === 'batch_notice');
    });
  const undelivered = async () => {
    const { stdout } = await stack.runCommand('batches', ['list', '--undelivered', '--json']);
    return (JSON.parse(stdout) as { batches: { batchId: string }[] }).batches.map(({ batchId }) => batchId);
  };

  it('stands in the operators’ queue until its notice is delivered, which they can do again', async () => {
    await stack.order({
      call: 'inbox',
      times: 'forever',
      fault: { kind: 'status', status: 503, effect: 'before' },
    });
    const body = { batchId: 'unheard', orders: orders('unheard', 2) };
    expect((await stack.api('POST', '/v1/batches', body)).status).toBe(201);
    await until('unheard', ({ state }) => state === 'completed');
    const [item] = await eventually('the notice in the queue', async () => {
      const items = await inQueue();
      return items.length > 0 ? items : undefined;
    });
    expect(item).toMatchObject({
      notice: 'batch.completed',
      channel: 'demo',
      batchId: 'unheard',
      atStake: 0,
    });
    expect(await undelivered()).toEqual(['unheard']);

    await stack.liftFaults();
    expect((await stack.runCommand('batches', ['resend', 'demo/unheard'])).stdout).toContain('Done:');
    await eventually('the queue to be empty', async () =>
      (await inQueue()).length === 0 ? true : undefined,
    );
    expect(await undelivered()).toEqual([]);
    const { stdout } = await stack.runCommand('batches', ['show', 'demo/unheard']);
    expect(stdout).toMatch(/batch\.completed .*: delivered/);
  });
});
