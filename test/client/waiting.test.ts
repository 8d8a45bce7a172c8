import { InterceptingCall } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import '../support/quiet-runtime';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** A connection that tells of each call that is made over it. */
async function watched(): Promise<{ connection: Connection; calls: string[] }> {
  const calls: string[] = [];
  const connection = await Connection.connect({
    address: server.address,
    interceptors: [
      (options, next) => {
        calls.push(options.method_definition.path.replace(/^.*\//, ''));
        return new InterceptingCall(next(options));
      },
    ],
  });
  return { connection, calls };
}

describe('a channel that waits for a purchase which nobody works on', () => {
  it('costs Temporal one held call for each look, and one look, however long it lasts', async () => {
    const { connection, calls } = await watched();
    const purchases = new TemporalPurchases(new Client({ connection }), {
      taskQueue: 'nobody',
      policy: POLICY,
      endAwaitedMs: [500, 500, 60_000],
    });

    const submission = await purchases.submit(anOrder(), 5_000);

    expect(submission).toMatchObject({ purchase: { state: 'accepted', outcome: null } });
    expect(calls.filter((call) => call === 'GetWorkflowExecutionHistory')).toHaveLength(4); // three held ones, and one that reads how the purchase stands
    const looks = calls.filter((call) => call === 'DescribeWorkflowExecution');
    expect(looks).toHaveLength(3); // after the first and the second, and as it stands at the end
    await connection.close();
  });
});
