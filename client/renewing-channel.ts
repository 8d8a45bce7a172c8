import { connectivityState, Metadata, status, type ChannelInterface } from '@grpc/grpc-js';

/** One channel of grpc-js, with what its sockets have heard. */
export interface Attempt {
  channel: ChannelInterface;
  /** Bytes that the server has sent so far. */
  bytesHeard(): number;
  /** Closes its sockets, whatever they wait for. */
  drop(): void;
}

/**
 * How long a channel may try to connect before another one tries, ms: TCP, TLS and the server's first frame. A call's
 * own time is five seconds, so a way that needs longer than this is of no use to it.
 */
export const CONNECT_LIMIT_MS = 4_000;

const { IDLE, READY, SHUTDOWN } = connectivityState;

/**
 * A channel that begins anew where grpc-js would wait for ever: it has no time limit for connecting, so a network that
 * accepts a connection and then swallows its bytes holds it for as long as the other end keeps the socket open. Calls
 * that wait for a channel that was given up fail as unavailable, and the SDK sends them again on the new one.
 */
export class RenewingChannel implements ChannelInterface {
  private attempt: Attempt;
  private bytesOfFormer = 0;
  private limit: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly open: () => Attempt,
    private readonly connectLimitMs: number = CONNECT_LIMIT_MS,
  ) {
    this.attempt = open();
    this.watch(this.attempt);
  }

  /** Bytes that the server has sent so far, over every connection that there was. */
  get bytesHeard(): number {
    return this.bytesOfFormer + this.attempt.bytesHeard();
  }

  /** Gives the connection up, with the calls on it, and makes another. */
  renew(): void {
    if (this.isClosed) return;
    clearTimeout(this.limit);
    this.limit = undefined;
    const former = this.attempt;
    this.bytesOfFormer += former.bytesHeard();
    this.attempt = this.open(); // before the former one is closed: its calls are sent again at once
    this.watch(this.attempt);
    this.attempt.channel.getConnectivityState(true);
    former.channel.close();
    former.drop();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.limit);
    this.attempt.channel.close();
  }

  getTarget(): string {
    return this.attempt.channel.getTarget();
  }

  getConnectivityState(tryToConnect: boolean): connectivityState {
    return this.attempt.channel.getConnectivityState(tryToConnect);
  }

  watchConnectivityState(...asked: Parameters<ChannelInterface['watchConnectivityState']>): void {
    this.attempt.channel.watchConnectivityState(...asked);
  }

  getChannelzRef(): ReturnType<ChannelInterface['getChannelzRef']> {
    return this.attempt.channel.getChannelzRef();
  }

  createCall(
    ...asked: Parameters<ChannelInterface['createCall']>
  ): ReturnType<ChannelInterface['createCall']> {
    return this.isClosed ? closedCall() : this.attempt.channel.createCall(...asked);
  }

  private watch(attempt: Attempt): void {
    if (attempt !== this.attempt || this.isClosed) return;
    const state = attempt.channel.getConnectivityState(false);
    if (state === SHUTDOWN) return;
    this.timeConnecting(state);
    attempt.channel.watchConnectivityState(state, Infinity, () => this.watch(attempt));
  }

  /** A channel that failed once reports a failure for as long as it tries again, so that counts as connecting, too. */
  private timeConnecting(state: connectivityState): void {
    if (state === READY || state === IDLE) {
      clearTimeout(this.limit);
      this.limit = undefined;
    } else {
      this.limit ??= setTimeout(() => this.renew(), this.connectLimitMs).unref();
    }
  }
}

type Call = ReturnType<ChannelInterface['createCall']>;

/**
 * A call on a channel that was closed: it ends as cancelled. grpc-js throws instead, which nobody catches when the SDK
 * sends a call again after a pause: the whole process would end by it.
 */
function closedCall(): Call {
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
