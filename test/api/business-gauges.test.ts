import { request } from 'node:http';
import pino from 'pino';
import { Registry } from 'prom-client';
import { serveMetrics } from '../../api/http/metrics-server';
import { PortTaken } from '../../runtime/listening';
import { BusinessGauges } from '../../api/health/business-gauges';
import type { NamespaceFault } from '../../client/namespace-fault';
import { TemporalUnavailable } from '../../client/purchases';
import type { BusinessSnapshot } from '../../client/business-snapshot';
import { ATTENTION_REASONS, type AttentionReason } from '../../domain/purchase/attention';
import { byAge } from '../../domain/reconciliation/break-ages';
import { BREAK_KIND_NAMES, type BreakKind } from '../../domain/reconciliation/breaks';
import { PURCHASE_STATE_NAMES, type PurchaseState } from '../../domain/purchase/states';

const REASONS = Object.keys(ATTENTION_REASONS) as AttentionReason[]; // the literal's keys
const none = <K extends string>(keys: readonly K[]) =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>; // every key is there

const STANDING: BusinessSnapshot = {
  openByState: { ...none<PurchaseState>(PURCHASE_STATE_NAMES), charging: 3 },
  attentionByReason: { ...none<AttentionReason>(REASONS), no_answer: 2 },
  oldestAttentionSeconds: 840,
  oldestCaseSeconds: 7_200,
  noticesPending: { refund: 1, state: 4 },
  noticesOverdue: { refund: 0, state: 1 },
  queues: [{ queue: 'sales', type: 'workflow', pollers: 2, backlog: 7, backlogAgeSeconds: 1.5 }],
  openBreaks: byAge(
    [{ foundAt: '2026-11-20T00:00:00Z', count: 2, atStake: 180_000 }],
    new Date('2026-11-24T00:00:00Z'),
  ),
  lastReconciliation: {
    ageSeconds: 3600,
    breaks: { ...none<BreakKind>(BREAK_KIND_NAMES), discount_differs: 5 },
  },
};

const DAY_MS = 24 * 60 * 60 * 1000;

class GaugeLab {
  readonly registry = new Registry();
  readonly lines: string[] = [];
  asked = 0;
  fault: NamespaceFault | Error | undefined;
  retentionMs: number | undefined = 35 * DAY_MS;
  answer: () => Promise<BusinessSnapshot> = () => Promise.resolve(STANDING);
  readonly gauges = new BusinessGauges(
    this.registry,
    {
      take: () => {
        this.asked += 1;
        return this.answer();
      },
      namespaceFault: () =>
        this.fault instanceof Error ? Promise.reject(this.fault) : Promise.resolve(this.fault),
      retentionMs: () => Promise.resolve(this.retentionMs),
    },
    pino({}, { write: (line: string) => void this.lines.push(line) }),
    35 * DAY_MS,
  );

  async told(): Promise<string[]> {
    return (await this.registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  }
}

describe('how the business stands, as an API process tells it', () => {
  it('is what Temporal was asked, by state, reason, kind and queue', async () => {
    const lab = new GaugeLab();
    await lab.gauges.refresh();
    expect(await lab.told()).toEqual(
      expect.arrayContaining([
        'datacode_temporal_reachable 1',
        'datacode_purchases_open{state="charging"} 3',
        'datacode_purchases_open{state="accepted"} 0',
        'datacode_purchases_need_attention{reason="no_answer"} 2',
        'datacode_oldest_attention_age_seconds 840',
        'datacode_notices_pending{kind="state"} 4',
        'datacode_notices_overdue{kind="state"} 1',
        'datacode_task_queue_pollers{queue="sales",type="workflow"} 2',
        'datacode_task_queue_backlog{queue="sales",type="workflow"} 7',
        'datacode_task_queue_backlog_age_seconds{queue="sales",type="workflow"} 1.5',
        'datacode_reconciliation_age_seconds 3600',
        'datacode_reconciliation_breaks{kind="discount_differs"} 5',
        'datacode_reconciliation_open_breaks{age="3d_to_7d"} 2',
        'datacode_reconciliation_open_breaks_vnd{age="3d_to_7d"} 180000',
        'datacode_reconciliation_open_breaks{age="over_7d"} 0',
      ]),
    );
  });

  it('is nothing but "unreachable" while Temporal is silent: an old figure would keep an alert quiet', async () => {
    const lab = new GaugeLab();
    await lab.gauges.refresh();
    lab.fault = new TemporalUnavailable('Temporal did not respond');
    await lab.gauges.refresh();
    expect(await lab.told()).toEqual(['datacode_temporal_reachable 0']);
    expect(lab.lines).toEqual([]); // the gauge and its alert say so already
    lab.fault = undefined;
    lab.answer = () => Promise.reject(new Error('no such attribute'));
    await lab.gauges.refresh();
    expect(lab.lines.join('')).toContain('no such attribute');
  });

  it('says nothing of a last reconciliation where no day was ever compared', async () => {
    const lab = new GaugeLab();
    lab.answer = () => Promise.resolve({ ...STANDING, lastReconciliation: undefined });
    await lab.gauges.refresh();
    expect((await lab.told()).filter((line) => /reconciliation_(age|breaks)/.test(line))).toEqual([]);
  });

  it('costs Temporal the same however often it is scraped, and nothing after its end', async () => {
    const lab = new GaugeLab();
    const server = await serveMetrics(lab.registry, '127.0.0.1', 0);
    const stop = lab.gauges.keepFresh(3_600_000);
    for (let scrape = 0; scrape < 20; scrape += 1) {
      const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('datacode_temporal_reachable');
    }
    expect(lab.asked).toBe(1);
    stop();
    await server.stop();
  });
});

describe('the port of the metrics', () => {
  it('serves nothing else', async () => {
    const server = await serveMetrics(new Registry(), '127.0.0.1', 0);
    for (const [resource, method] of [
      ['/v1/purchases', 'GET'],
      ['/metrics', 'POST'],
    ] as const) {
      const answer = await fetch(`http://127.0.0.1:${server.port}${resource}`, { method });
      expect(answer.status).toBe(404);
      await answer.text();
    }
    await server.stop();
  });

  it.each([
    ['127.0.0.1', 403],
    ['0.0.0.0', 200],
  ])('on %s answers a name that somebody may have led there with %i', async (host, expected) => {
    const server = await serveMetrics(new Registry(), host, 0);
    const status = await new Promise((resolve, reject) => {
      const asked = request({
        host: '127.0.0.1',
        port: server.port,
        path: '/metrics',
        headers: { host: 'evil.example' },
      });
      asked
        .on('error', reject)
        .on('response', (response) => resolve(response.resume().statusCode))
        .end();
    });
    expect(status).toBe(expected);
    await server.stop();
  });

  it('that is taken is named, with the setting', async () => {
    const first = await serveMetrics(new Registry(), '127.0.0.1', 0);
    const second = serveMetrics(new Registry(), '127.0.0.1', first.port);
    await expect(second).rejects.toThrow(PortTaken);
    await expect(second).rejects.toThrow(/METRICS_API_PORT/);
    await first.stop();
  });
});

describe('a namespace of Temporal that cannot be used', () => {
  it('is a figure of its own, and one line of the log that says what is missing and how to set it again', async () => {
    const lab = new GaugeLab();
    await lab.gauges.refresh();
    expect(await lab.told()).toContain('datacode_temporal_namespace_usable 1');
    lab.fault = { kind: 'attributes_missing', names: ['RefundDueAt'] };
    lab.answer = () => Promise.reject(new TemporalUnavailable('refused'));
    await lab.gauges.refresh();
    await lab.gauges.refresh();
    expect(await lab.told()).toContain('datacode_temporal_namespace_usable 0');
    expect(lab.lines).toHaveLength(1);
    expect(lab.lines[0]).toContain('search-attribute create --name RefundDueAt --type Datetime');
  });
});

describe('closed purchases that Temporal keeps for shorter than they must be kept', () => {
  it('are a figure of their own, and one line of the log that says for how long, until they are kept again', async () => {
    const lab = new GaugeLab();
    await lab.gauges.refresh();
    expect(await lab.told()).toContain('datacode_temporal_retention_short 0');
    lab.retentionMs = 60 * 60 * 1000;
    await lab.gauges.refresh();
    await lab.gauges.refresh();
    expect(await lab.told()).toContain('datacode_temporal_retention_short 1');
    expect(lab.lines).toHaveLength(1);
    expect(lab.lines[0]).toContain('keeps closed purchases for 1 h, not for 840 h');
    lab.retentionMs = 35 * DAY_MS;
    await lab.gauges.refresh();
    expect(await lab.told()).toContain('datacode_temporal_retention_short 0');
  });
});
