import { DatacodeClient, DatacodeProblem, NoAnswer } from '../../sdk/index';
import type { EventOptions } from '../../sdk/index';
import {
  ends,
  isCut,
  isOver,
  scriptedEvents,
  staysSilent,
  streams,
  type ScriptedEvents,
  type Turn,
} from './event-script';

let server: ScriptedEvents | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

interface Followed {
  states: string[];
  connections: string[];
  resumedAfter: readonly (string | undefined)[];
}

async function follow(turns: readonly Turn[], options: EventOptions = {}): Promise<Followed> {
  server = await scriptedEvents(...turns);
  const states: string[] = [];
  const connections: string[] = [];
  const client = new DatacodeClient({ baseUrl: server.url, key: 'key' });
  const onConnection = (connection: string) => connections.push(connection);
  for await (const event of client.events('order-1', { ...options, onConnection })) {
    if ('state' in event) states.push(event.state);
  }
  return { states, connections, resumedAfter: server.resumedAfter };
}

describe('a purchase that is followed to its end', () => {
  it('tells every event once, and ends when the API says that nothing is left', async () => {
    const turns = [
      streams(
        [
          [1, 'accepted'],
          [2, 'charging'],
        ],
        ends,
      ),
      streams([[3, 'succeeded']], ends),
      isOver,
    ];
    expect(await follow(turns)).toEqual({
      states: ['accepted', 'charging', 'succeeded'],
      connections: [],
      resumedAfter: [undefined, '2', '3'],
    });
  });

  it('may be taken up after an event that is known already', async () => {
    const { resumedAfter } = await follow([streams([[5, 'charging']], ends), isOver], { after: 4 });
    expect(resumedAfter).toEqual(['4', '5']);
  });
});

describe('a stream whose connection is cut', () => {
  it('is taken up after the last event that came, says so, and tells nothing twice', async () => {
    const turns = [
      streams(
        [
          [1, 'accepted'],
          [2, 'checking'],
        ],
        isCut,
      ),
      streams(
        [
          [2, 'checking'],
          [3, 'succeeded'],
        ],
        ends,
      ),
      isOver,
    ];
    expect(await follow(turns)).toEqual({
      states: ['accepted', 'checking', 'succeeded'],
      connections: ['lost', 'resumed'],
      resumedAfter: [undefined, '2', '3'],
    });
  });

  it('is taken up when it is silent for too long', async () => {
    const turns = [streams([[1, 'accepted']], staysSilent), streams([[2, 'succeeded']], ends), isOver];
    const { states, connections } = await follow(turns, { silenceMs: 1_000 });
    expect([states, connections]).toEqual([
      ['accepted', 'succeeded'],
      ['lost', 'resumed'],
    ]);
  });

  it('is taken up past an answer that is none of the API’s', async () => {
    const badGateway: Turn = (response) => void response.writeHead(502).end('<h1>Bad gateway</h1>');
    const { states } = await follow([badGateway, streams([[1, 'succeeded']], ends), isOver]);
    expect(states).toEqual(['succeeded']);
  });

  it('is given up after so many tries in vain', async () => {
    await expect(follow([isCut], { tries: 2 })).rejects.toBeInstanceOf(NoAnswer);
    expect(server?.resumedAfter).toHaveLength(3);
  });
});

describe('an API that refuses to tell events', () => {
  it('is not asked again', async () => {
    const document = {
      code: 'purchase_not_found',
      retryable: false,
      title: 't',
      detail: 'd',
      requestId: 'r',
      status: 404,
    };
    const refuses: Turn = (response) => void response.writeHead(404).end(JSON.stringify(document));
    await expect(follow([refuses])).rejects.toBeInstanceOf(DatacodeProblem);
    expect(server?.resumedAfter).toHaveLength(1);
  });
});

describe('a caller who has seen enough', () => {
  it('hangs up, and the API sees the connection closed', async () => {
    let hungUp: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (hungUp = resolve));
    server = await scriptedEvents(streams([[1, 'accepted']], (response) => response.on('close', hungUp)));
    const client = new DatacodeClient({ baseUrl: server.url, key: 'key' });
    for await (const event of client.events('order-1')) {
      expect(event.sequence).toBe(1);
      break;
    }
    await closed;
  });

  it('gets the reason that it gave', async () => {
    const turns = [streams([[1, 'accepted']], staysSilent)];
    const signal = AbortSignal.timeout(200);
    await expect(follow(turns, { signal })).rejects.toHaveProperty('name', 'TimeoutError');
  });
});
