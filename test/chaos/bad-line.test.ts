import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { listen } from '../../runtime/listening';
import { eventually } from '../support/eventually';
import { BadLine } from './bad-line';

/** A far end that says back what it hears. */
let heard: string;
let far: Server;
let line: BadLine;
const callers: Socket[] = [];

beforeEach(async () => {
  heard = '';
  far = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (words: string) => {
      heard += words;
      socket.write(words);
    });
  });
  line = await BadLine.start(await listen(far, { host: '127.0.0.1', port: 0, setting: 'none' }));
});
afterEach(async () => {
  for (const caller of callers.splice(0)) caller.destroy();
  await line.stop();
  await new Promise((resolve) => far.close(resolve));
});

interface Caller {
  socket: Socket;
  /** All that came back so far. */
  answer: () => string;
}

async function call(words: string): Promise<Caller> {
  const socket = connect({ host: '127.0.0.1', port: line.port });
  callers.push(socket);
  let answer = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(words);
  return { socket, answer: () => answer };
}

async function closed(socket: Socket): Promise<void> {
  await eventually('the end of a connection', () => socket.closed || undefined);
}

async function answered({ answer }: Caller, words: string): Promise<void> {
  await eventually(`the answer ${words}`, () => answer() === words || undefined);
}

describe('a line that is well', () => {
  it('carries both ways, and hangs up at both ends', async () => {
    const caller = await call('hello');
    await answered(caller, 'hello');
    caller.socket.end();
    await closed(caller.socket);
  });
});

describe('a line that swallows', () => {
  it('is silent for a connection that lost bytes after its healing too, and carries new ones', async () => {
    const old = await call('a');
    await answered(old, 'a');
    line.be({ kind: 'swallow' });
    old.socket.write('lost');
    const duringIt = await call('lost as well');
    await eventually('both to be lost', () => line.lostBytes === 'lostlost as well'.length || undefined);

    line.heal();
    await answered(await call('b'), 'b');
    old.socket.write('c');
    await answered(await call('d'), 'd');
    await eventually(
      'its next word to be lost',
      () => line.lostBytes === 'lostlost as wellc'.length || undefined,
    );
    expect([old.answer(), duringIt.answer(), old.socket.destroyed]).toEqual(['a', '', false]);
    expect(heard).not.toContain('lost');
  });
});

describe('a line that delays', () => {
  it('carries each way so much later', async () => {
    line.be({ kind: 'delay', delayMs: 60 });
    const begin = performance.now();
    const caller = await call('slow');
    await answered(caller, 'slow');
    expect(performance.now() - begin).toBeGreaterThanOrEqual(118); // a timer may be early by a fraction
  });

  it('carries nothing of a caller who has given up meanwhile', async () => {
    line.be({ kind: 'delay', delayMs: 1_000 });
    const impatient = await call('too late');
    impatient.socket.resetAndDestroy();
    const patient = await call('in time');
    await answered(patient, 'in time');
    expect(heard).toBe('in time');
  });
});

describe('a line that resets', () => {
  it('ends what is open and what is begun, and carries again when it has healed', async () => {
    const open = await call('a');
    await answered(open, 'a');
    line.be({ kind: 'reset' });
    await closed(open.socket);
    const begun = connect({ host: '127.0.0.1', port: line.port }).on('error', () => undefined);
    callers.push(begun);
    await closed(begun);
    line.heal();
    await answered(await call('b'), 'b');
  });
});

describe('a line that trickles', () => {
  it('carries so many bytes a second, and the rest at once when it has healed', async () => {
    line.be({ kind: 'trickle', bytesPerSecond: 100 });
    const words = 'x'.repeat(10_000);
    const caller = await call(words);
    await eventually('the first bytes', () => (caller.answer().length > 0 ? true : undefined));
    expect(caller.answer().length).toBeLessThan(words.length);
    line.heal();
    await answered(caller, words);
  });
});
