import { Metadata, status, type ChannelInterface } from '@grpc/grpc-js';

type Call = ReturnType<ChannelInterface['createCall']>;

/**
 * A call on a closed channel: it ends as cancelled. grpc-js would throw instead, and when the SDK retries a call after a
 * pause nothing catches it, so the process would exit.
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
