import { connectivityState, type Client } from '@grpc/grpc-js';
import type { Connection } from '@temporalio/client';
import { closedCall } from '../../client/connection/closed-call';

/**
 * Has calls on a connection of the SDK's test environment end as cancelled once it is closed, as the product's own
 * connections do. The SDK's timer that sends a call again may fire after the environment is gone, and what grpc-js throws
 * then nobody catches.
 */
export function endCallsOnceClosed(connection: Connection): void {
  const { client } = connection as unknown as { client: Client }; // the SDK hides it from users, not from us
  const channel = client.getChannel();
  const createCall = channel.createCall.bind(channel);
  channel.createCall = (...asked) =>
    channel.getConnectivityState(false) === connectivityState.SHUTDOWN ? closedCall() : createCall(...asked);
}
