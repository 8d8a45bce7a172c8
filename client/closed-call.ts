import { Metadata, status, type ChannelInterface } from '@grpc/grpc-js';

type Call = ReturnType<ChannelInterface['createCall']>;

/**
 * A call on a channel that was closed: it ends as cancelled. grpc-js throws instead, which nobody catches when the SDK
 * sends a call again after a pause: the whole process would end by it.
 */
export function closedCall(): Call {
  return {
    start(_metadata, listener) {
      const ended = { code: status.CANCELLED, details: 'the connection is closed', metadata: new Metadata() };
      process.nextTick(() => listener.onReceiveStatus(ended));
    },
    sendMessageWithContext() {},
    startRead() {},
    halfClose() {},
    cancelWithStatus() {},
    setCredentials() {},
    getPeer: () => 'none',
    getCallNumber: () => -1,
    getAuthContext: () => null,
  };
}
