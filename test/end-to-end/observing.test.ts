import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { METRICS, NO_LABEL, type Metric } from '../../domain/metrics';
import { EmbeddedStack } from '../support/embedded-stack';
import { withFixedValues } from '../support/parts/fixed-values';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';

/** Two minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(180_000);

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const REQUEST_ID = 'checkout-7';
const TYPES = {
  workflow: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  activity: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  nexus: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_NEXUS,
} as const;
/** Numbers of the sandbox, in the form in which each part holds them. */
const NUMBERS = ['84900000001', '84900000402', '84900000011', '84901234599'] as const;

/** MobiFone and the channel's webhook as the wire has them: what passes is written down and handed to the sandbox. */
class Wiretap {
  readonly passed: { path: string; headers: http.IncomingHttpHeaders; body: string }[] = [];
  private readonly server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      this.passed.push({ path: request.url ?? '', headers: request.headers, body });
      const onward = http.request(
        `${this.target}${request.url ?? ''}`,
        { method: request.method ?? 'POST', headers: request.headers, agent: false },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  });

  private constructor(private readonly target: string) {}

  static async before(target: string): Promise<Wiretap> {
    const tap = new Wiretap(target);
    await new Promise<void>((listening) => tap.server.listen(0, '127.0.0.1', listening));
    return tap;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`; // listening on TCP
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

let stack: EmbeddedStack;
let tap: Wiretap;
let workerMetrics: string;
let apiMetrics: string;

beforeAll(async () => {
  const [sandbox = 0, worker = 0, api = 0] = await freePorts(3);
  workerMetrics = `http://127.0.0.1:${worker}/metrics`;
  apiMetrics = `http://127.0.0.1:${api}/metrics`;
  tap = await Wiretap.before(`http://127.0.0.1:${sandbox}`);
  stack = await EmbeddedStack.start({
    SANDBOX_PORT: `${sandbox}`,
    MOBIFONE_BASE_URL: tap.url,
    METRICS_WORKER_PORT: `${worker}`,
    METRICS_API_PORT: `${api}`,
    ...withFixedValues({ metricsRefreshMs: 500 }),
    LOG_LEVEL: 'debug',
  });
  await sellsAndFailures();
});
afterAll(async () => {
  await stack.end();
  tap.stop();
});

/** One sale, one refund, one charge whose answer never comes, one answer outside the contract, and some requests that cannot be served. */
async function sellsAndFailures(): Promise<void> {
  await stack.order({
    call: 'check',
    match: { msisdn: NUMBERS[2] },
    times: 'forever',
    fault: { kind: 'wrong_schema' },
  });
  await stack.order({
    call: 'charge',
    match: { msisdn: NUMBERS[3] },
    times: 1,
    fault: { kind: 'silence', effect: 'after' },
  });
  await buy('watched-silent', NUMBERS[3], 'wait=30');
  await buy('watched-good', NUMBERS[0], 'wait=30');
  await buy('watched-refused', NUMBERS[1], 'wait=30');
  await buy('watched-broken', NUMBERS[2]);
  await stack.api('GET', `/v1/purchases/${NUMBERS[0]}`);
  await eventually('the refund notice', () => deliveries()[0]);
}

async function buy(externalId: string, msisdn: string, prefer?: string): Promise<void> {
  const response = await fetch(`${stack.apiUrl}/v1/purchases`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stack.key()}`,
      'content-type': 'application/json',
      'x-request-id': REQUEST_ID,
      traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
      ...(prefer === undefined ? {} : { prefer }),
    },
    body: JSON.stringify({ externalId, msisdn, package: 'D90' }),
  });
  expect(response.status).toBe(201);
  await response.text();
}

function tapped(path: string) {
  return tap.passed.filter((request) => request.path.includes(path));
}

/** What the worker says of its deliveries. */
function deliveries(): Record<string, unknown>[] {
  return lines().filter(({ event }) => event === 'notice.attempt');
}

/** The log of the parts that we write, as JSON. */
function lines(): Record<string, unknown>[] {
  return stack.log
    .split('\n')
    .filter((line) => /^(api|worker): /.test(line))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>); // throws where it is none
}

async function scraped(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** The metrics of the table that a scrape tells a figure of. */
function toldBy(text: string, metrics: readonly Metric[]): string[] {
  return metrics
    .filter(({ name, kind }) =>
      new RegExp(`^${kind === 'histogram' ? `${name}_count` : name}[{ ]`, 'm').test(text),
    )
    .map(({ name }) => name);
}

const METRICS_OF_ALL: readonly Metric[] = Object.values(METRICS);
const ofSource = (...sources: Metric['source'][]) =>
  METRICS_OF_ALL.filter(({ source }) => sources.includes(source));

describe('what Prometheus reads from a worker', () => {
  it('is every metric of the table, and those of Temporal that the alerts ask for', async () => {
    const wanted = ofSource('worker', 'process').map(({ name }) => name);
    const text = await eventually('the purchase to call for attention', async () => {
      const told = await scraped(workerMetrics);
      return toldBy(told, ofSource('worker', 'process')).length === wanted.length ? told : undefined;
    });
    expect(text).toMatch(/^datacode_purchases_total\{.*outcome="succeeded",package="D90".*\} 2$/m);
    expect(text).toMatch(/^datacode_purchases_total\{.*reason="insufficient_balance".*\} 1$/m);
    expect(text).toMatch(/^datacode_discount_earned_dong_total\{.*\} 11700$/m);
    expect(text).toMatch(/^datacode_face_value_sold_dong_total\{.*\} 180000$/m);
    // the first try does not wait for it, and an inquiry finds it done: it was lost all the same
    expect(text).toMatch(/^datacode_unknown_outcomes_total\{call="charge"\} 1$/m);
    expect(text).toMatch(/^datacode_attention_calls_total\{.*reason="broken_contract",step="check".*\} 1$/m);
    expect(text).toMatch(
      /^datacode_webhook_deliveries_total\{channel="demo",kind="refund",status="2xx"\} 1$/m,
    );
    const ofWaiting = /^temporal_workflow_task_schedule_to_start_latency_bucket\{.*task_queue="([^"]+)"/gm;
    expect(new Set([...text.matchAll(ofWaiting)].map(([, queue]) => queue))).toEqual(
      new Set(['datacode-purchases']),
    );
    expect(text).toContain('temporal_worker_task_slots_available{');
  });
});

describe('what Prometheus reads from an API process', () => {
  it('is every metric of the table; of reconciliation only where there was one', async () => {
    const expected = ofSource('api', 'process', 'standing')
      .map(({ name }) => name)
      .filter((name) => name.includes('_open_breaks') || !name.startsWith('datacode_reconciliation_'));
    const toldHere = (text: string) => toldBy(text, ofSource('api', 'process', 'standing'));
    const text = await eventually('every figure, the offset of the clock among the last', async () => {
      const told = await scraped(apiMetrics);
      const isCounted = told.includes('datacode_purchases_need_attention{reason="broken_contract"} 1');
      return isCounted && toldHere(told).length >= expected.length ? told : undefined;
    });
    expect(toldHere(text)).toEqual(expected);
    expect(text).toMatch(/^datacode_temporal_reachable 1$/m);
    expect(text).toMatch(/^datacode_task_queue_pollers\{queue="datacode-purchases",type="workflow"\} [1-9]/m);
    expect(text).toMatch(/^datacode_problems_total\{code="purchase_not_found",channel="demo"\} 1$/m);
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('has the pollers of every side of a task queue that a worker serves', async () => {
    const connection = await Connection.connect({ address: `127.0.0.1:${stack.config.TEMPORAL_PORT}` });
    const namespace = 'default';
    const { workersInfo } = await connection.workflowService.listWorkers({ namespace });
    const served: string[] = [];
    for (const name of new Set(workersInfo.map((one) => one.workerHeartbeat?.taskQueue ?? '')))
      for (const [type, taskQueueType] of Object.entries(TYPES)) {
        const about = { namespace, taskQueue: { name }, taskQueueType };
        const { pollers } = await connection.workflowService.describeTaskQueue(about);
        if (pollers.length > 0) served.push(`{queue="${name}",type="${type}"}`);
      }
    await connection.close();
    expect(served.length).toBeGreaterThanOrEqual(5);
    const told = /^datacode_task_queue_pollers(\{.*\}) [1-9]/gm;
    const sides = [...(await scraped(apiMetrics)).matchAll(told)].map(([, side]) => side);
    expect(new Set(sides)).toEqual(new Set(served));
  });

  it('holds no number, id or key of anybody, nor does a worker’s', async () => {
    for (const text of [await scraped(workerMetrics), await scraped(apiMetrics)]) {
      const namesAndLabels = text.replaceAll(/ \S+$/gm, ''); // a figure may hold any digits
      expect(namesAndLabels).not.toMatch(/900000|pur_|watched|dck_/);
      expect(text).not.toContain(REQUEST_ID);
    }
    expect(NO_LABEL).toBe('none');
  });
});

describe('one request, followed', () => {
  it('has the same trace and request id at MobiFone and at the channel’s webhook as at the API', async () => {
    const calls = tapped('/').filter(({ path }) => !/token/.test(path));
    expect(new Set(calls.map(({ path }) => path.split('/').at(-1))).size).toBeGreaterThanOrEqual(5);
    for (const { headers } of calls) {
      expect(headers['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
      expect(headers['x-request-id']).toBe(REQUEST_ID);
    }
    const attempt = await eventually('the delivery', () => deliveries()[0]);
    expect(attempt).toMatchObject({ traceId: TRACE_ID, requestId: REQUEST_ID, channel: 'demo' });
  });

  it('is found in the log of every part by its ids: answered, called, come to its outcome', () => {
    const ours = lines().filter(({ traceId }) => traceId === TRACE_ID);
    for (const about of [
      { msg: 'request answered' },
      { event: 'gateway.call' },
      { event: 'purchase.outcome' },
    ]) {
      expect(ours).toContainEqual(
        expect.objectContaining({
          ...about,
          requestId: REQUEST_ID,
          purchaseId: expect.stringMatching(/^pur_/),
        }),
      );
    }
    expect(ours).toContainEqual(
      expect.objectContaining({ event: 'gateway.call', verdict: 'broken_contract', level: 50 }),
    );
  });

  it('leaves no number in any log, whatever went wrong', () => {
    expect(lines().length).toBeGreaterThan(10);
    for (const number of NUMBERS) expect(stack.log).not.toContain(number.slice(2));
  });
});
