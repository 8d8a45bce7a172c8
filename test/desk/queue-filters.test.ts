import type { TestWorkflowEnvironment } from '@temporalio/testing';
import '../support/quiet-runtime';
import { Control } from '../../client/control';
import { QueueWatch } from '../../desk/queue/queue-watch';
import { DAY_BREAKS_WORKFLOW } from '../../domain/reconciliation/break-register';
import { NO_FILTER, type QueueFilter } from '../../operators/queue-item';
import { localServer } from '../support/local-server';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** What Temporal is asked for. */
function searches(): string[] {
  const { calls } = jest.mocked(server.client.workflowService.listWorkflowExecutions).mock;
  return calls.map(([request]) => String((request as { query?: string }).query)); // the one form that we call
}

const watch = () =>
  new QueueWatch(server.client, 'none', new Control(server.client, 'none'), (fault) => {
    throw fault;
  });
const ofCases: QueueFilter = { ...NO_FILTER, kind: 'case' };

describe('a filter of the queue', () => {
  beforeEach(() => jest.spyOn(server.client.workflowService, 'listWorkflowExecutions'));
  afterEach(() => jest.restoreAllMocks());

  it('is read once for two who look while it is read, however long that takes', async () => {
    const own = watch();
    const first = own.find(ofCases);
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
    const second = own.find(ofCases);
    expect(await second).toBe(await first);
  });

  it('is read again once it is old', async () => {
    const own = watch();
    const first = await own.find(ofCases);
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
    expect(await own.find(ofCases)).not.toBe(first);
  });

  it.each<[string, Partial<QueueFilter>]>([
    ['another kind', { kind: 'purchase' }],
    ['another reason', { reason: 'no_answer' }],
    ['a channel', { channel: 'demo' }],
    ['a package', { package: 'D90' }],
  ])('by %s asks for no breaks, which it leaves out', async (_, filter) => {
    await watch().find({ ...NO_FILTER, ...filter });
    expect(searches().filter((query) => query.includes(DAY_BREAKS_WORKFLOW))).toEqual([]);
  });

  it.each<[string, Partial<QueueFilter>]>([
    ['their kind', { kind: 'break' }],
    ['one of their reasons', { reason: 'break_missing' }],
  ])('by %s asks for breaks', async (_, filter) => {
    await watch().find({ ...NO_FILTER, ...filter });
    expect(searches().filter((query) => query.includes(DAY_BREAKS_WORKFLOW))).toHaveLength(1);
  });
});
