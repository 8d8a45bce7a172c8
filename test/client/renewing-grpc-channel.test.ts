import { connectivityState, type ChannelInterface } from '@grpc/grpc-js';
import {
  CONNECT_LIMIT_MS,
  RenewingChannel,
  type Attempt,
} from '../../client/connection/renewing-grpc-channel';

const { IDLE, CONNECTING, READY, TRANSIENT_FAILURE, SHUTDOWN } = connectivityState;

/** A channel whose states are the test's doing. */
class ScriptedChannel implements Attempt {
  state: connectivityState = IDLE;
  heard = 0;
  readonly done: string[] = [];
  private watcher: (() => void) | undefined;

  /** As grpc-js does: whoever watches is told once. */
  become(state: connectivityState): void {
    this.state = state;
    const told = this.watcher;
    this.watcher = undefined;
    told?.();
  }

  bytesHeard = () => this.heard;
  drop = () => void this.done.push('dropped');

  readonly channel: ChannelInterface = {
    close: () => {
      this.done.push('closed');
      this.become(SHUTDOWN);
    },
    getTarget: () => 'temporal',
    getConnectivityState: (tryToConnect) => {
      if (tryToConnect) this.done.push('asked to connect');
      return this.state;
    },
    watchConnectivityState: (_state, _deadline, told) => void (this.watcher = told),
    getChannelzRef: () => {
      throw new Error('nobody asks');
    },
    createCall: () => {
      throw new Error(`a call on channel ${attempts.indexOf(this)}`);
    },
  };
}

const attempts: ScriptedChannel[] = [];
const open = (): ScriptedChannel => {
  const attempt = new ScriptedChannel();
  attempts.push(attempt);
  return attempt;
};
const at = (index: number): ScriptedChannel => {
  const attempt = attempts[index];
  if (!attempt) throw new Error(`there was no attempt ${index}`);
  return attempt;
};

let channel: RenewingChannel;
beforeEach(() => {
  jest.useFakeTimers();
  attempts.length = 0;
  channel = new RenewingChannel(open);
});
afterEach(() => jest.useRealTimers());

const call = () => channel.createCall('/Start', Infinity, null, null, null);

describe('a channel that never gets through: its packets vanish before TCP, in TLS, or before the first frame', () => {
  it('is given up for another, which tries at once and takes the calls', () => {
    at(0).become(CONNECTING);
    jest.advanceTimersByTime(CONNECT_LIMIT_MS);
    expect(at(0).done).toEqual(['closed', 'dropped']);
    expect(at(1).done).toEqual(['asked to connect']);
    expect(call).toThrow('a call on channel 1');
  });

  it('is given up again and again until one gets through, which stays', () => {
    for (const turn of [0, 1, 2]) {
      at(turn).become(CONNECTING);
      jest.advanceTimersByTime(CONNECT_LIMIT_MS);
    }
    at(3).become(CONNECTING);
    jest.advanceTimersByTime(CONNECT_LIMIT_MS - 1);
    at(3).become(READY);
    jest.advanceTimersByTime(10 * CONNECT_LIMIT_MS);
    expect(attempts).toHaveLength(4);
    expect(at(3).done).toEqual(['asked to connect']);
  });

  it('has no more time for having failed in between: grpc-js may wait for ever in its next attempt', () => {
    at(0).become(CONNECTING);
    jest.advanceTimersByTime(CONNECT_LIMIT_MS / 2);
    at(0).become(TRANSIENT_FAILURE);
    jest.advanceTimersByTime(CONNECT_LIMIT_MS / 2);
    expect(attempts).toHaveLength(2);
  });
});

describe('a channel that nobody calls on', () => {
  it('is left alone, idle or connected', () => {
    jest.advanceTimersByTime(10 * CONNECT_LIMIT_MS);
    at(0).become(CONNECTING);
    at(0).become(READY);
    at(0).become(IDLE);
    jest.advanceTimersByTime(10 * CONNECT_LIMIT_MS);
    expect(attempts).toHaveLength(1);
  });
});

describe('a channel that is closed', () => {
  it('stays closed, while it connects too', () => {
    at(0).become(CONNECTING);
    channel.close();
    channel.renew();
    jest.advanceTimersByTime(10 * CONNECT_LIMIT_MS);
    expect(attempts).toHaveLength(1);
    expect(at(0).done).toEqual(['closed']);
  });
});

describe('what was heard', () => {
  it('adds up over all connections, so that a new one is no silence', () => {
    at(0).heard = 100;
    channel.renew();
    at(1).heard = 20;
    expect(channel.bytesHeard).toBe(120);
  });
});
