import type { Client } from '@temporalio/client';
import { TemporalHistoryReader } from '../../reconciliation/history-reader';
import { internalPurchase } from './synthetic-day';

/** Nothing but the result of the purchase's workflow. */
function reading(result: unknown): TemporalHistoryReader {
  const client = {
    options: { namespace: 'default' },
    withDeadline: (_deadline: number, call: () => unknown) => call(),
    workflowService: {
      getWorkflowExecutionHistory: async () => ({ history: { events: [] }, nextPageToken: new Uint8Array() }),
      describeWorkflowExecution: async () => ({ workflowExecutionInfo: {} }),
      listWorkflowExecutions: async () => ({ executions: [], nextPageToken: new Uint8Array() }),
    },
    workflow: {
      getHandle: () => ({
        describe: async () => ({ workflowId: 'one', runId: 'run', startTime: new Date() }),
        result: async () => result,
      }),
    },
  } as unknown as Client; // no more of it is used
  return new TemporalHistoryReader(client, null);
}

describe('a refund notice of a purchase that is over', () => {
  const purchase = internalPurchase('one', { state: 'rejected', refundNotice: 'due', closedAt: 1 });
  const { channel, externalId } = purchase;
  const steps = [{ step: 'refund_notice', status: 'done' }];
  const noticeOf = async (result: unknown) => (await reading(result).read(purchase)).refundNotice;

  it('was delivered where its own result says so', async () => {
    expect(await noticeOf({ order: { channel, externalId }, steps })).toBe('delivered');
    expect(await noticeOf({ order: { channel, externalId }, steps: [] })).toBe('due');
  });

  it.each([
    ['of another purchase', { order: { channel, externalId: 'two' }, steps }],
    ['of no purchase', { steps }],
    ['its own order alone', { order: { channel, externalId } }],
    ['nothing', undefined],
    ['null', null],
  ])(
    'is due where the result is %s: whoever can write to Temporal can have put it there',
    async (_, result) => {
      expect(await noticeOf(result)).toBe('due');
    },
  );
});
