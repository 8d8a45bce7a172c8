import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { channelsFile } from '../../config';
import { keyRingFile } from '../../encryption/key-ring-of-folder';
import { localDay } from '../../domain/local-time';
import { parseMsisdn } from '../../domain/msisdn-parsing';
import type { Msisdn } from '../../domain/msisdn';
import type { KeyRingFile } from '../../encryption/key-ring-file';
import type { RegistryFile } from '../../channel/registry-file';
import { isEncrypted } from '../../encryption/payload-encryption';
import { EmbeddedStack, type FaultOrder } from '../support/embedded-stack';
import { withFixedValues } from '../support/parts/fixed-values';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { NEXT_DAY_CLOCK } from '../support/next-day';
import { NumberSearch } from '../support/number-search';
import { Selling } from '../support/selling';
import { STILL_RUNNING } from '../support/still-running';

jest.setTimeout(300_000); // for a machine that is busy with something else

const TODAY = localDay(new Date());

function numberOf(spelling: string): Msisdn {
  const parsed = parseMsisdn(spelling);
  if (!parsed.ok) throw new Error(`${spelling} is no number`);
  return parsed.msisdn;
}

let stack: EmbeddedStack;
let selling: Selling;
let webhook: Webhook;
/** Where worker and API tell Prometheus how the business stands. */
let metricsPorts: { worker: number; api: number };
beforeAll(async () => {
  const [worker = 0, api = 0] = await freePorts(2);
  metricsPorts = { worker, api };
  stack = await EmbeddedStack.start({
    ...withFixedValues({ retryInitialMs: 200, retryMaximumMs: 1_000, metricsRefreshMs: 500 }),
    PURCHASE_PATIENCE: '10m', // a call that waits for the next worker must not be between two rounds
    METRICS_WORKER_PORT: `${worker}`,
    METRICS_API_PORT: `${api}`,
  });
  selling = new Selling(stack);
  webhook = await Webhook.start();
  const registry = JSON.parse(readFileSync(channelsFile(stack.config), 'utf8')) as RegistryFile; // just written
  const channels = registry.channels.map((channel) => ({
    ...channel,
    webhookUrl: webhook.url,
    webhookStates: ['succeeded', 'rejected', 'rolled_back', 'cancelled'],
  }));
  writeFileSync(channelsFile(stack.config), JSON.stringify({ ...registry, channels }), { mode: 0o600 });
  for (const part of ['api', 'worker'] as const) {
    await stack.stopPart(part); // who only follows the registry may sell something before it is read anew
    await stack.startPart(part);
  }
});
afterAll(async () => {
  await stack.end();
  await webhook.stop();
});

/** A channel's webhook that puts subscribers' numbers wherever an answer has room for them, and refuses at first. */
class Webhook {
  readonly asked: string[] = [];
  echoes: string[] = [];
  private readonly refused = new Set<string>();
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Webhook> {
    const server = createServer();
    const webhook = new Webhook(server);
    server.on('request', (request, response) => {
      webhook.asked.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      const id = String(request.headers['webhook-id']);
      const first = !webhook.refused.has(id);
      webhook.refused.add(id);
      const said = webhook.echoes.join(' ');
      response.writeHead(first ? 503 : 200, `Said of ${webhook.echoes[0] ?? 'nobody'}`, {
        'X-Subscriber': said,
      });
      response.end(JSON.stringify({ error: `cannot refund ${said}` }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return webhook;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/notices`; // a listening TCP server
  }

  stop(): Promise<unknown> {
    return new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }
}

/** All that we keep and say; what the sandbox keeps is MobiFone's, which has to know its subscribers. */
function ownFiles(): { name: string; bytes: Buffer }[] {
  const folder = stack.config.DATA_DIR;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('sandbox'))
    .map(({ parentPath, name }) => ({ name, bytes: readFileSync(path.join(parentPath, name)) }));
}

describe('the search for numbers', () => {
  const search = new NumberSearch([numberOf('0912345678')]);
  const another = new NumberSearch([numberOf('0987654321')]);

  it.each([
    ['84912345678'],
    ['0912345678'],
    ['+84 912 345 678'],
    ['09.12.34.56.78'],
    ['0912-345-678'],
    ['912%20345%20678'],
    [Buffer.from('84912345678').toString('hex')],
    [Buffer.from('84912345678').toString('base64')],
    [Buffer.from('{"msisdn":"84912345678","package":"D90"}').toString('base64')],
    [Buffer.from('{"number":"84912345678"}').toString('base64')],
  ])('finds one written as %s', (text) => {
    expect(search.foundIn(Buffer.from(`before ${text} after`))).toHaveLength(1);
    expect(another.foundIn(Buffer.from(`before ${text} after`))).toHaveLength(0);
  });

  it('finds one in UTF-16, and not another', () => {
    expect(search.foundIn(Buffer.from('to 84912345678', 'utf16le'))).toHaveLength(1);
    expect(search.foundIn(Buffer.from('to 84912345678', 'utf16le').swap16())).toHaveLength(1);
    expect(search.foundIn(Buffer.from('to 84912345679', 'utf16le'))).toHaveLength(0);
  });
});

describe('subscribers who bought in every way that there is', () => {
  /** Numbers that the sandbox gives an outcome of their own, and others, each with what befalls it. */
  const byOutcome = ['101', '201', '202', '402', '404', '407', '501', '602', '701'].map(
    (ending) => `0900000${ending}`,
  );
  const byFault: Record<string, FaultOrder[]> = {
    '0912034101': [{ call: 'charge', fault: { kind: 'other_number' } }],
    '0912034102': [{ call: 'register', fault: { kind: 'wrong_schema' } }],
    '0912034103': [{ call: 'charge', fault: { kind: 'not_json' } }],
    '0912034104': [{ call: 'charge', fault: { kind: 'status', status: 500, effect: 'after' } }],
    '0912034105': [{ call: 'check', fault: { kind: 'cut_body' } }],
    '0912034106': [{ call: 'charge', fault: { kind: 'reset', effect: 'before' } }],
  };
  const prepaid = ['0912034107', '0900000103'];
  const inOddPlaces = '0912034108';
  const cancelled = '0912034109';
  const asked = '0912034110';
  const all = [...byOutcome, ...Object.keys(byFault), ...prepaid, inOddPlaces, cancelled, asked].map(
    numberOf,
  );
  const search = new NumberSearch(all);

  beforeAll(async () => {
    webhook.echoes = all;
    for (const [number, faults] of Object.entries(byFault)) {
      for (const fault of faults) await stack.order({ ...fault, match: { msisdn: numberOf(number) } });
    }
    const postpaid = [...byOutcome, ...Object.keys(byFault)];
    for (const [at, number] of postpaid.entries()) expect(await buy(`all-${at}`, number)).toBe(201);
    for (const [at, number] of prepaid.entries()) expect(await buy(`pre-${at}`, number, 'prepaid')).toBe(201);
    await cancelWithWords();
    await askInOddPlaces();
    for (const [at] of postpaid.entries()) await selling.outcomeOf(`all-${at}`);
    for (const [at] of prepaid.entries()) await selling.outcomeOf(`pre-${at}`, 'prepaid');
    await stack.temporal((client) =>
      eventually('the end of every workflow, notices and messages included', async () => {
        const { count } = await client.workflow.count(STILL_RUNNING);
        return count === 0 ? true : undefined;
      }),
    );
  });

  async function buy(id: string, msisdn: string, form: 'postpaid' | 'prepaid' = 'postpaid'): Promise<number> {
    return (await selling.buy(id, msisdn, { form })).status;
  }

  /** A channel's words may hold a number too. */
  async function cancelWithWords(): Promise<void> {
    const match = { msisdn: numberOf(cancelled) };
    await stack.order({ call: 'check', match, times: 'forever', fault: { kind: 'out' } });
    expect(await buy('cancelled', cancelled)).toBe(201);
    await eventually('MobiFone to be asked about the number, before it is cancelled', async () =>
      numbersAtMobiFone().has(numberOf(cancelled)) ? true : undefined,
    );
    const why = { reason: `${cancelled} called and does not want it` };
    expect((await stack.api('POST', '/v1/purchases/cancelled/cancel', why)).status).toBe(202);
    expect(await selling.outcomeOf('cancelled')).toMatchObject({ outcome: 'cancelled' });
  }

  function numbersAtMobiFone(): Set<Msisdn> {
    return new Set(search.foundIn(readFileSync(path.join(stack.config.DATA_DIR, 'sandbox-ledger.ndjson'))));
  }

  async function askInOddPlaces(): Promise<void> {
    const number = inOddPlaces;
    const order = { externalId: 'odd', msisdn: number, package: 'D90' };
    await stack.api('GET', `/v1/purchases/${number}`);
    await stack.api('GET', `/v1/purchases?cursor=${number}&msisdn=${number}`);
    await stack.api('GET', `/v1/packages/+84%20912%20034%20108`);
    await stack.api('GET', `/v1/${numberOf(number)}/nowhere`);
    await stack.api('POST', '/v1/purchases', { ...order, externalId: `order-${number}` });
    await stack.api('POST', '/v1/purchases', { ...order, package: number });
    await stack.api('POST', '/v1/purchases', { ...order, [number]: number });
    await stack.api('POST', '/v1/purchases', order, `wait=${number}`);
    await stack.api('POST', '/v1/purchases', { ...order, msisdn: `${number}x` });
    await stack.api('POST', '/v1/purchases/validate', { msisdn: asked, package: 'D90' });
    await stack.api('POST', '/v1/eligibility', { msisdn: asked });
    const headers = {
      authorization: `Bearer ${stack.key()}`,
      'content-type': 'application/json',
      'idempotency-key': number,
      'x-request-id': numberOf(number),
      'user-agent': number,
      referer: `http://shop.example/?msisdn=${number}`,
      traceparent: number,
    };
    const url = `${stack.apiUrl}/v1/purchases`;
    await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(order) })).text();
    await (await fetch(url, { method: 'POST', headers, body: `{"msisdn":"${number}"` })).text();
    await selling.outcomeOf('odd');
  }

  it('are each known to MobiFone, so that it is their numbers that we look for', () => {
    expect(numbersAtMobiFone()).toEqual(new Set(all));
  });

  it('are nowhere in clear in what we keep or say: the database, its log, and the log of every part', async () => {
    const files = ownFiles();
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['temporal.db', 'temporal.db-wal', 'temporal.log', 'worker.log', 'api.log']),
    );
    const found = files.map(({ name, bytes }): [string, Msisdn[]] => [name, search.foundIn(bytes)]);
    expect(found.filter(([, numbers]) => numbers.length > 0)).toEqual([]);
  });

  it('are in no metric of a worker or an API process, in neither name nor label', async () => {
    for (const [part, told] of [
      ['worker', 'datacode_purchases_total'],
      ['api', 'datacode_http_request_seconds_count'],
    ] as const) {
      const text = await (await fetch(`http://127.0.0.1:${metricsPorts[part]}/metrics`)).text();
      expect(text).toMatch(new RegExp(`^${told}\\{.*\\} [1-9]`, 'm')); // of the purchases above
      const withoutValues = text.replace(/ \S+$/gm, ''); // seconds such as 0.900000103 look like a number
      expect(search.foundIn(Buffer.from(withoutValues))).toEqual([]);
    }
  });

  it('are in no address and no header that a channel’s webhook is asked by', () => {
    expect(webhook.asked.length).toBeGreaterThan(all.length);
    expect(search.foundIn(Buffer.from(webhook.asked.join('\n')))).toEqual([]);
  });

  it('are found by an operator who types the number, by a search that does not hold it', async () => {
    const end = await stack.runCommand('keys', ['hash'], '0900 000 402\n');
    expect(end).toMatchObject({ exitCode: 0 });
    const [query = '', link = ''] = end.stdout.trim().split('\n');
    expect(search.foundIn(Buffer.from(end.stdout))).toEqual([]);
    expect(decodeURIComponent(link)).toBe(
      `http://127.0.0.1:${stack.config.TEMPORAL_UI_PORT}/namespaces/default/workflows?query=${query}`,
    );
    const ids = await stack.temporal(async (client) => {
      const found: string[] = [];
      for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
      return found;
    });
    expect(ids).toEqual([stack.workflowId(`all-${byOutcome.indexOf('0900000402')}`)]);
  });

  it('are listed for an operator who types the number, never by an argument', async () => {
    const end = await stack.runCommand('purchases', ['list', '--subscriber', '--json'], '0900.000.402\n');
    expect(end).toMatchObject({ exitCode: 0 });
    expect(search.foundIn(Buffer.from(end.stdout))).toEqual([]);
    const { purchases, webUiLink } = JSON.parse(end.stdout) as {
      purchases: { externalId: string }[];
      webUiLink: string;
    };
    expect(purchases.map(({ externalId }) => externalId)).toEqual([`all-${byOutcome.indexOf('0900000402')}`]);
    expect(webUiLink).toContain('Subscriber');
    const slip = await stack.runCommand('purchases', ['list', '--subscriber'], '0900 000\n');
    expect(slip).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^This is not a subscriber’s number/),
    });
  });

  it('have the details of failures and their stack traces hidden as well', async () => {
    const { events } = await stack.temporal((client) =>
      client.workflow.getHandle(stack.workflowId(`all-${byOutcome.indexOf('0900000501')}`)).fetchHistory(),
    );
    const failures = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
      started?.lastFailure ? [started.lastFailure] : [],
    );
    expect(failures).not.toEqual([]);
    for (const { message, stackTrace, encodedAttributes } of failures) {
      expect({ message, stackTrace }).toEqual({
        // Which call, and what happened: on a busy machine any call may have been lost once.
        message: expect.stringMatching(/^[a-z ]+: (outcome unknown|not taken)[a-zA-Z ,]*$/),
        stackTrace: '',
      });
      expect(isEncrypted(encodedAttributes ?? {})).toBe(true);
    }
  });

  it('can still be read by whoever has the key: nothing was lost by hiding it', async () => {
    const order = await stack.temporal(async (client) => {
      const { memo } = await client.workflow.getHandle(stack.workflowId('all-0')).describe();
      return memo?.['order'];
    });
    expect(order).toMatchObject({ msisdn: numberOf(byOutcome[0] ?? '') });
  });
});

describe('a key that is lost while a purchase is under way', () => {
  const number = '0912034200';
  let lost: string;
  let whole: KeyRingFile;

  const ringOf = () => JSON.parse(readFileSync(keyRingFile(stack.config), 'utf8')) as KeyRingFile; // of our own making
  const write = (ring: KeyRingFile) =>
    writeFileSync(keyRingFile(stack.config), JSON.stringify(ring), { mode: 0o600 });
  const order = () => selling.buy('waits', number);

  beforeAll(async () => {
    lost = ringOf().current;
    for (const call of ['charge', 'inquiry'] as const) {
      await stack.order({
        call,
        match: { msisdn: numberOf(number) },
        times: 'forever',
        fault: { kind: 'out' },
      });
    }
    await order();
    await eventually('the charge to be tried', async () => {
      const { body } = await stack.api('GET', '/v1/purchases/waits');
      return body['state'] === 'charging' ? true : undefined;
    });
    expect((await stack.runCommand('keys', ['rotate'])).exitCode).toBe(0);
    whole = ringOf();
  });

  it('cannot be shredded by mistake, since something under way needs it', async () => {
    const end = await stack.runCommand('keys', [
      'shred',
      lost,
      '--by',
      'ops',
      '--why',
      'request 17',
      '--yes',
    ]);
    expect(end).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/[1-9] running workflow\(s\)/),
      stderr: '',
    });
    expect(ringOf()).toEqual(whole);
  });

  it('cannot be shredded while a schedule has its arguments under it', async () => {
    await stack.temporal(({ schedule }) =>
      schedule.create({
        scheduleId: 'nightly',
        spec: { intervals: [{ every: '24h' }] },
        action: {
          type: 'startWorkflow',
          workflowType: 'any',
          workflowId: 'any',
          taskQueue: 'any',
          args: ['x'],
        },
      }),
    );

    const end = await stack.runCommand('keys', ['shred', lost, '--by', 'ops', '--why', 'request 17']);

    await stack.temporal(({ schedule }) => schedule.getHandle('nightly').delete());
    expect(end).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('schedules: nightly'),
      stderr: '',
    });
  });

  it('stops neither the worker nor any other purchase, and is named in the log', async () => {
    write({ ...whole, keys: whole.keys.filter(({ id }) => id !== lost) });
    for (const part of ['worker', 'api']) await stack.stopPart(part); // a running one keeps the key that it has
    await stack.liftFaults();
    for (const part of ['worker', 'api']) await stack.startPart(part);
    await stack.temporal((client) => client.workflow.getHandle(stack.workflowId('waits')).cancel()); // a workflow task
    await eventually('the worker to meet both the call and the workflow that it cannot read', () => {
      const log = stack.log.split('\n').filter((line) => line.startsWith('worker: '));
      const of = (words: string) => log.some((line) => line.includes(words) && line.includes(lost));
      return of('Error while processing ActivityTask.start') && of('payload.unreadable') ? true : undefined;
    });
    await eventually('the workflow to wait for its key, in a task that is tried again', () =>
      stack.temporal(async ({ workflowService, options: { namespace } }) => {
        const execution = { workflowId: stack.workflowId('waits') }; // its memo cannot be decrypted either
        const { pendingWorkflowTask } = await workflowService.describeWorkflowExecution({
          namespace,
          execution,
        });
        return (pendingWorkflowTask?.attempt ?? 0) > 1 ? true : undefined;
      }),
    );
    await selling.buy('goes-on', '0900000001');
    expect(await selling.outcomeOf('goes-on')).toMatchObject({ outcome: 'succeeded' });
  });

  it('is told to the channel as what it is: the purchase is there, and is not sold again', async () => {
    for (const answer of [await stack.api('GET', '/v1/purchases/waits'), await order()]) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'purchase_unreadable', retryable: true } });
    }
    const purchases = await eventually('the one that can be read to be listed', async () => {
      const { status, body } = await stack.api('GET', '/v1/purchases?needsAttention=false&limit=100');
      expect(status).toBe(200);
      expect(body['unreadable']).toBeGreaterThan(1);
      const listed = body['purchases'] as unknown[]; // as documented
      return listed.length > 0 ? listed : undefined;
    });
    expect(purchases).toEqual([expect.objectContaining({ externalId: 'goes-on' })]);
  });

  it('stops a reconciliation, which would be wrong without what cannot be read', async () => {
    const file = path.join(stack.config.DATA_DIR, 'settlement.csv');
    const response = await fetch(`${stack.sandboxUrl}/sandbox/settlement?date=${TODAY}`);
    writeFileSync(file, Buffer.from(await response.arrayBuffer()));
    const end = await stack.runCommand(
      'reconcile',
      ['--date', TODAY, '--settlement', file],
      '',
      NEXT_DAY_CLOCK,
    );
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain('Nothing was reconciled');
    expect(end.stderr).toContain(lost);
  });

  it('lets the purchase end as it should as soon as it is back', async () => {
    write(whole);
    const ended = await eventually('the outcome', async () => {
      const { body } = await stack.api('GET', '/v1/purchases/waits', undefined, 'wait=10');
      return body['outcome'] ? body : undefined;
    });
    expect(ended).toMatchObject({ outcome: 'succeeded' });
    const position = await selling.positionOf(ended['id'], ({ chargesStanding }) => chargesStanding > 0);
    expect(position).toMatchObject({ charges: 1 });
  });
});

describe('a period that is erased', () => {
  it('can be read by nobody any more, and is told from one that was lost', async () => {
    const { keys, current } = JSON.parse(readFileSync(keyRingFile(stack.config), 'utf8')) as KeyRingFile; // as above
    const erased = keys.find(({ id }) => id !== current)?.id ?? 'none';
    await stack.temporal((client) =>
      eventually('nothing of it to be under way', async () => {
        const { count } = await client.workflow.count(STILL_RUNNING);
        return count === 0 ? true : undefined;
      }),
    );
    const words = ['shred', erased, '--by', 'ops', '--why', 'request 17'];
    expect(await stack.runCommand('keys', words)).toMatchObject({ exitCode: 0, stdout: /Add --yes/ });
    expect((await stack.api('GET', '/v1/purchases/waits')).status).toBe(200);
    expect(await stack.runCommand('keys', [...words, '--yes'])).toMatchObject({ exitCode: 0 });
    const answer = await eventually('the API to have noticed', async () => {
      const got = await stack.api('GET', '/v1/purchases/waits');
      return got.status === 200 ? undefined : got;
    });
    expect(answer).toMatchObject({ status: 410, body: { code: 'purchase_erased', retryable: false } });
    expect((await stack.api('GET', '/v1/purchases/goes-on')).status).toBe(200);
    const { stdout } = await stack.runCommand('keys', ['list']);
    expect(stdout).toMatch(new RegExp(`${erased}  shredded .* by ops: request 17`));
  });
});
