import { historyFigures } from '../../bench/history-figures';
import { Lab } from '../../bench/lab/lab';
import { DESIGNS, type Design } from '../../bench/designs';
import { measure, type Measurement } from '../../bench/measure';
import { overhead } from '../../bench/overhead';
import { PARTS, parts } from '../../bench/sections/parts';
import { TEST_ENVIRONMENT } from '../support/test-environment';

/** Nothing here is about speed: that the machinery sells and counts, in small. */
describe('the bench, with a handful of purchases on the tuned server', () => {
  const load = { atOnce: 2, seconds: 0 };
  const measured = new Map<Design, Measurement>();
  let lab: Lab;

  beforeAll(async () => {
    process.env['TEMPORAL_CLI_PATH'] ??= process.env[TEST_ENVIRONMENT.cli];
    lab = await Lab.start([{ kind: 'tuned', saga: true }]);
    for (const design of Object.keys(DESIGNS) as Design[]) {
      measured.set(design, await measure(lab, design, 'tuned', load));
    }
  });

  afterAll(() => lab.stop());

  it.each(Object.entries(DESIGNS))('sells by %s (%s) and sees each workflow closed', (design) => {
    const one = measured.get(design as Design); // a key of the table
    expect(one).toMatchObject({ purchases: 2, atOnce: 2, server: 'tuned' });
    expect(one?.perSecond).toBeGreaterThan(0);
    expect(one?.answerMs.p50).toBeGreaterThan(0);
    expect(one?.closedMs.p50).toBeGreaterThan(0);
  });

  it('tells the processor time of every process', () => {
    const { processorMs } = measured.get('sagaByApi') ?? { processorMs: {} };
    expect(Object.keys(processorMs).sort()).toEqual([
      'api',
      'gateway',
      'load',
      'server',
      'worker',
      'yardstick',
    ]);
  });

  it('counts what a purchase leaves: the naive saga five activities, a workflow that does nothing five events', async () => {
    const { client } = lab.stack('tuned');
    const of = (design: Design) => historyFigures(client, measured.get(design)?.workflowIds ?? []);
    expect(await of('nothing')).toMatchObject({ historyEvents: 5, workflowTasks: 1, billableActions: 1 });
    expect(await of('naive')).toMatchObject({ billableActions: 6 });
    expect(await of('sagaByApi')).toMatchObject({ workflowTasks: expect.any(Number) });
  });

  it('tells where the time until an answer goes, part by part', async () => {
    const { saga, nothing } = await parts.run(lab, { quick: true, open: 1, stored: 1 }, () => undefined);
    expect(Object.keys(saga)).toEqual(Object.keys(PARTS));
    expect(Object.keys(nothing)).toEqual(['start', 'firstTaskQueued', 'firstTask', 'reply']);
    for (const took of [...Object.values(saga), ...Object.values(nothing)]) expect(took).not.toBeNaN();
  });

  it('takes the gateway’s own time off the answer’s', async () => {
    const { gatewayMs, measurement, overheadP50Ms } = await overhead(lab, 'sagaByApi', 0, 3, 100);
    expect(gatewayMs).toBeGreaterThanOrEqual(295); // a timer may be early by a fraction
    expect(overheadP50Ms).toBeCloseTo(measurement.answerMs.p50 - gatewayMs);
  });
});
