import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { EmbeddedStack } from '../support/embedded-stack';
import { Selling, until } from '../support/selling';

/** Two minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(180_000);

let stack: EmbeddedStack;
let selling: Selling;

/** A stack whose postpaid demo channel subscribes to two states. */
beforeAll(async () => {
  stack = await EmbeddedStack.start();
  selling = new Selling(stack);
  const file = path.join(stack.config.DATA_DIR, 'channels.json');
  const registry = JSON.parse(await readFile(file, 'utf8')) as { channels: { name: string }[] }; // just written by us
  const channels = registry.channels.map((channel) =>
    channel.name === stack.channel().name
      ? { ...channel, webhookStates: ['charging', 'succeeded'] }
      : channel,
  );
  await writeFile(file, JSON.stringify({ ...registry, channels }));
  for (const part of ['api', 'worker'] as const) {
    await stack.stopPart(part);
    await stack.startPart(part);
  }
});
afterAll(() => stack.end());

/** Listens until so many events came, or to the end of the stream; then the connection is dropped. */
async function listen(id: string, after: string | undefined, most: number): Promise<EventSourceMessage[]> {
  const heard: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => heard.push(event) });
  const dropped = new AbortController();
  const response = await fetch(`${stack.apiUrl}/v1/purchases/${id}/events`, {
    headers: {
      authorization: `Bearer ${stack.key()}`,
      accept: 'text/event-stream',
      ...(after === undefined ? {} : { 'last-event-id': after }),
    },
    signal: dropped.signal,
  });
  if (response.status === 204) return heard;
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    if (heard.length >= most) break;
  }
  dropped.abort();
  return heard.slice(0, most);
}

describe('a channel that follows a purchase over a connection that drops', () => {
  it('misses nothing and hears nothing twice', async () => {
    await selling.buy('followed', '0900000001');
    const heard: EventSourceMessage[] = [];
    for (;;) {
      const more = await listen('followed', heard.at(-1)?.id, 3);
      if (more.length === 0) break;
      heard.push(...more);
    }
    const { body } = await stack.api('GET', '/v1/purchases/followed/events');
    const told = body['events'] as { sequence: number; type: string }[]; // as documented
    expect(heard.map(({ id }) => Number(id))).toEqual(told.map((_, at) => at + 1));
    expect(heard.map(({ event }) => event)).toEqual(told.map(({ type }) => type));
    // A replay may take the end of a local activity for a millisecond earlier or later.
    const timeless = (event: object) => ({ ...event, at: undefined });
    expect(heard.map(({ data }) => timeless(JSON.parse(data) as object))).toEqual(told.map(timeless));
    expect(told.map(({ type }) => type)).toContain('purchase.succeeded');
  });
});

interface ToldNotice {
  id: string;
  type: string;
  sequence: number;
  status: string;
  attempts: { status: number | null }[];
}

describe('a channel that subscribes to states, and whose webhook fails at first', () => {
  it('gets each under its own id with its order number, reads what happened, and may have one again', async () => {
    const match = { purchaseId: stack.purchaseId('told') }; // an earlier purchase's notice may be on its way still
    await stack.order({ call: 'inbox', match, fault: { kind: 'status', status: 503, effect: 'before' } });
    await selling.buy('told', '0900000001');

    const notices = await until(
      async () => (await stack.api('GET', '/v1/purchases/told/notices')).body['notices'] as ToldNotice[],
      (logs) => logs.length === 2 && logs.every(({ status }) => status === 'delivered'),
    );
    expect(notices.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['purchase.charging', 8],
      ['purchase.succeeded', 11],
    ]);
    const answers = notices.map(({ attempts }) => attempts.map(({ status }) => status));
    expect(answers).toContainEqual([503, 204]);
    expect(answers).toContainEqual([204]);

    const [first] = notices;
    expect((await stack.api('POST', `/v1/notices/${first?.id}/resend`)).status).toBe(202);
    const inbox = await until(
      () => stack.sandbox<{ notices: { noticeId: string; verified: boolean; body: string }[] }>('inbox'),
      (seen) => seen.notices.filter(({ noticeId }) => noticeId === first?.id).length === 2,
    );
    const twice = inbox.notices.filter(({ noticeId }) => noticeId === first?.id);
    expect(twice.every(({ verified }) => verified)).toBe(true);
    expect(twice[0]?.body).toBe(twice[1]?.body);

    const listed = await until(
      async () => (await stack.api('GET', '/v1/notices?delivered=true')).body['notices'] as ToldNotice[],
      (list) => list.some(({ id }) => id === first?.id),
    );
    expect(listed.every(({ status }) => status === 'delivered')).toBe(true);
  });
});

describe('a refund notice that its channel wants again', () => {
  it('is delivered again under the same id with the same bytes', async () => {
    const { body } = await selling.buy('refunded', '0900000402', { prefer: 'wait=30' });
    const id = `refund_${String(body['id'])}`;
    const received = async () => {
      const { notices } = await stack.sandbox<{ notices: { noticeId: string; body: string }[] }>('inbox');
      return notices.filter(({ noticeId }) => noticeId === id);
    };
    await until(received, ({ length }) => length === 1);
    await until(
      async () => (await stack.api('POST', `/v1/notices/${id}/resend`)).status,
      (status) => status === 202, // the search that finds the purchase is a moment late
    );
    const [one, other] = await until(received, ({ length }) => length >= 2);
    expect(other?.body).toBe(one?.body);
    expect(
      (await stack.api('POST', `/v1/notices/${id}/resend`, undefined, undefined, 'prepaid')).status,
    ).toBe(404);
  });
});

describe('a channel whose webhook is gone', () => {
  it('reads so in its account, since when, until a notice is taken again', async () => {
    const account = async () => (await stack.api('GET', '/v1/account')).body['webhook'] as WebhookTold;
    expect(await account()).toMatchObject({ status: 'healthy', states: ['charging', 'succeeded'] });
    await stack.order({
      call: 'inbox',
      times: 'forever',
      fault: { kind: 'status', status: 410, effect: 'before' },
    });
    await selling.buy('untold', '0900000001');
    const gone = await until(account, ({ status }) => status === 'disabled');
    expect(Date.parse(gone.since ?? '')).toBeGreaterThan(0);

    await stack.liftFaults();
    await selling.buy('told-again', '0900000001');
    expect(await until(account, ({ status }) => status === 'healthy')).toMatchObject({ since: null });
  });
});

interface WebhookTold {
  status: string;
  since: string | null;
  states: string[];
}
