import { connectivityState, type ChannelInterface } from '@grpc/grpc-js';
import { closedCall } from './closed-call';

/** One channel of grpc-js, with a count of the bytes that it received. */
export interface Attempt {
  channel: ChannelInterface;
  /** Bytes received so far. */
  bytesHeard(): number;
  /** Closes its sockets at once. */
  drop(): void;
}

/**
 * Time limit for TCP, TLS and the server's first frame, ms. A call's own deadline is five seconds, so a slower connection
 * would be useless.
 */
export const CONNECT_LIMIT_MS = 4_000;

const { IDLE, READY, SHUTDOWN } = connectivityState;

/**
 * A channel that is replaced where grpc-js would wait forever: grpc-js has no time limit for connecting, so a network that
 * accepts a connection and then drops its packets blocks it. Calls that wait for the replaced channel fail as
 * unavailable, and the SDK sends them again on the new one.
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

  /** Bytes received so far over all connections. */
  get bytesHeard(): number {
    return this.bytesOfFormer + this.attempt.bytesHeard();
  }

  /** Replaces the connection; the calls on it fail. */
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

  /** A channel that failed once reports the failure while it retries, so that state counts as connecting, too. */
  private timeConnecting(state: connectivityState): void {
    if (state === READY || state === IDLE) {
      clearTimeout(this.limit);
      this.limit = undefined;
    } else {
      this.limit ??= setTimeout(() => this.renew(), this.connectLimitMs).unref();
    }
  }
}
