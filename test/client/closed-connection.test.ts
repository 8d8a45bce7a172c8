import { InterceptingCall, status, type Interceptor, type StatusObject } from '@grpc/grpc-js';
import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { RenewingChannel } from '../../client/connection/renewing-grpc-channel';
import { endCallsOnceClosed } from '../support/calls-once-closed';
import { eventually } from '../support/eventually';
import { freePortsInARow } from '../support/free-ports';

describe('a call that the SDK sends again after its connection was closed', () => {
  it('ends as cancelled on a channel of ours, which a process that stops survives', async () => {
    const channel = new RenewingChannel(() => ({
      channel: {
        close: () => undefined,
        getTarget: () => 'temporal',
        getConnectivityState: () => 0,
        watchConnectivityState: () => undefined,
        getChannelzRef: () => {
          throw new Error('nobody asks');
        },
        createCall: () => {
          throw new Error('Channel has been shut down'); // as grpc-js does
        },
      },
      bytesHeard: () => 0,
      drop: () => undefined,
    }));
    channel.close();
    const call = channel.createCall('/Start', Infinity, null, null, null);
    const end = await new Promise<StatusObject>((resolve) =>
      call.start({} as never, { onReceiveMetadata() {}, onReceiveMessage() {}, onReceiveStatus: resolve }),
    );
    expect(end.code).toBe(status.CANCELLED);
  });

  it('ends nobody’s process where the connection is the SDK’s own', async () => {
    let attempts = 0;
    const count: Interceptor = (options, nextCall) => {
      attempts += 1;
      return new InterceptingCall(nextCall(options));
    };
    const connection = Connection.lazy({
      address: `127.0.0.1:${await freePortsInARow(1)}`, // where nobody listens
      interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), count],
    });
    endCallsOnceClosed(connection);
    const givenUp = new AbortController();
    const answer = connection.withAbortSignal(givenUp.signal, () =>
      connection.workflowService.getSystemInfo({}),
    );
    answer.catch(() => undefined);
    await eventually('an attempt in vain', () => (attempts > 1 ? true : undefined));
    givenUp.abort();
    await connection.close();
    const before = attempts;
    await eventually('the SDK’s timer to send it again', () => (attempts > before ? true : undefined));
  });
});
