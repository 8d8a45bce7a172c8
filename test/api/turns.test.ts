import { processTurns, Turns } from '../../api/http/turns';

/** Turns whose order is written down: who began, in which order, and how each is ended. */
class TurnLab {
  readonly began: string[] = [];
  readonly turns = new Turns({ inAll: 4, perChannel: 2 });
  private readonly ends: (() => void)[] = [];

  ask(channel: string, givenUp = new AbortController().signal): Promise<void> {
    return this.turns.take(channel, givenUp).then((end) => {
      if (!end) return;
      this.began.push(channel);
      this.ends.push(end);
    });
  }

  async settle(): Promise<string[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.began;
  }

  endFirst(): void {
    this.ends.shift()?.();
  }
}

describe('a channel that sends far more than is served at once', () => {
  it('waits for itself only: another’s request begins at once', async () => {
    const lab = new TurnLab();
    for (let sent = 0; sent < 10; sent += 1) void lab.ask('flood');
    void lab.ask('small');
    expect(await lab.settle()).toEqual(['flood', 'flood', 'small']);
    expect([...lab.turns.counts()]).toEqual([
      { channel: 'flood', working: 2, waiting: 8 },
      { channel: 'small', working: 1, waiting: 0 },
    ]);
  });

  it('has all of it served in the end', async () => {
    const lab = new TurnLab();
    for (let sent = 0; sent < 10; sent += 1) void lab.ask('flood');
    for (let ended = 0; ended < 10; ended += 1) {
      await lab.settle();
      lab.endFirst();
    }
    expect(await lab.settle()).toHaveLength(10);
    expect([...lab.turns.counts()]).toEqual([{ channel: 'flood', working: 0, waiting: 0 }]);
  });
});

describe('channels that wait for the same places', () => {
  it('take turns, the one with the fewest at work first', async () => {
    const lab = new TurnLab();
    for (const channel of ['a', 'a', 'b', 'b']) void lab.ask(channel);
    await lab.settle(); // all places are taken
    for (const channel of ['a', 'a', 'c', 'c', 'b']) void lab.ask(channel);
    for (let ended = 0; ended < 5; ended += 1) {
      await lab.settle();
      lab.endFirst();
    }
    expect((await lab.settle()).slice(4, 6)).toEqual(['c', 'a']);
  });
});

describe('a request whose sender has left', () => {
  it('takes no turn', async () => {
    const lab = new TurnLab();
    const gone = new AbortController();
    for (let sent = 0; sent < 2; sent += 1) void lab.ask('flood');
    const left = lab.ask('flood', gone.signal);
    gone.abort();
    await left;
    lab.endFirst();
    expect(await lab.settle()).toEqual(['flood', 'flood']);
    expect([...lab.turns.counts()]).toEqual([{ channel: 'flood', working: 1, waiting: 0 }]);
  });
});

describe('a channel that asks what many numbers may buy', () => {
  it('has no more calls at Temporal than one that orders, and others still have their turn', () => {
    const { questions, temporal } = processTurns();
    for (const turns of [questions, temporal]) {
      for (let call = 0; call < 8; call += 1) expect(turns.takeNow('greedy')).toBeDefined();
      expect(turns.takeNow('greedy')).toBeUndefined();
      expect(turns.takeNow('honest')).toBeDefined();
    }
  });
});
