import { PassThrough } from 'node:stream';
import { EventStream } from '../../api/http/event-stream';
import { TemporalUnavailable } from '../../client/purchases';
import type { PurchaseEvent } from '../../domain/purchase/events';
import { KEYS, ORDER, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

const PATH = `/v1/purchases/${ORDER.externalId}/events`;
const AT = '2026-11-24T03:05:01.000Z';
const CHECKING: PurchaseEvent = { sequence: 2, at: AT, kind: 'state', state: 'checking' };
const SENT = { id: 2, event: 'purchase.checking', data: CHECKING };
const CHECKED: PurchaseEvent = { sequence: 3, at: AT, kind: 'step', step: 'check', status: 'done' };
const REJECTED: PurchaseEvent = {
  sequence: 4,
  at: AT,
  kind: 'state',
  state: 'rejected',
  reason: 'subscriber_suspended',
};

function listen(lastEventId?: string, key: string = KEYS.shop) {
  const asked = shop.get(PATH, key).set('Accept', 'text/event-stream');
  return lastEventId === undefined ? asked : asked.set('Last-Event-ID', lastEventId);
}

/** The ids of the events in a stream’s text. */
function idsIn(text: string): string[] {
  return [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id ?? '');
}

describe('the events of a purchase', () => {
  it('are a list for whoever asks for JSON, or for nothing in particular', async () => {
    await shop.buy();
    const { status, body } = await shop.get(PATH);
    expect(status).toBe(200);
    expect(body.events).toEqual([
      {
        sequence: 1,
        at: expect.any(String),
        type: 'purchase.accepted',
        state: 'accepted',
        outcome: null,
        reason: null,
      },
    ]);
    expect((await shop.get(PATH).set('Accept', 'application/json')).body).toEqual(body);
  });

  it('are told as they happen, and the stream ends with the purchase', async () => {
    await shop.buy();
    shop.purchases.stillToCome.push(
      async () => [CHECKING, CHECKED],
      async () => [REJECTED],
    );
    const { status, headers, text } = await listen();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
    });
    expect(idsIn(text)).toEqual(['1', '2', '3', '4']);
    expect(text).toContain('\nid: 3\nevent: step.check\ndata: {"sequence":3,');
    const data = /event: purchase\.rejected\ndata: (.*)\n\n$/.exec(text)?.[1] ?? '';
    expect(JSON.parse(data)).toMatchObject({ outcome: 'rejected', reason: { code: 'subscriber_suspended' } });
  });

  it.each([
    'text/event-stream',
    'text/event-stream; charset=utf-8',
    'text/event-stream;charset=UTF-8, */*;q=0.5',
  ])('are a stream for whoever asks for one: %s', async (accept) => {
    await shop.buy();
    shop.purchases.stillToCome.push(async () => [REJECTED]);
    const { headers } = await shop.get(PATH).set('Accept', accept);
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
  });

  it('go on after the last one that the reader has', async () => {
    await shop.buy();
    shop.purchases.stillToCome.push(async () => [CHECKING, CHECKED, REJECTED]);
    expect(idsIn((await listen('1')).text)).toEqual(['2', '3', '4']);
    expect(idsIn((await listen('3')).text)).toEqual(['4']);
  });

  it('are no more when the reader has them all: it is told not to come again', async () => {
    await shop.buy();
    expect((await listen('1')).status).toBe(204);
  });

  it.each(['x', '-1', '1.5', '01', '99999999999999999999', '1, 2'])(
    'cannot go on from what is no event: %s',
    async (id) => {
      await shop.buy();
      const { status, body } = await listen(id);
      expect([status, body.code]).toEqual([400, 'last_event_id_invalid']);
    },
  );

  it('are not another channel’s to hear, nor those of a purchase that there is not', async () => {
    const missing = await listen();
    await shop.buy();
    const secret = await listen(undefined, KEYS.prepaid);
    expect([missing.status, missing.body.code]).toEqual([404, 'purchase_not_found']);
    expect([secret.status, secret.body.code]).toEqual([404, 'purchase_not_found']);
  });
});

describe('a stream of events that cannot go on', () => {
  it('ends cleanly when Temporal falls silent in mid-stream, so that its reader comes again', async () => {
    await shop.buy();
    shop.purchases.stillToCome.push(
      async () => [CHECKING],
      async () => {
        throw new TemporalUnavailable('Temporal did not respond');
      },
    );
    const { status, text } = await listen();
    expect(status).toBe(200);
    expect(idsIn(text)).toEqual(['1', '2']);
  });

  it('is refused when Temporal is silent from the start', async () => {
    await shop.buy();
    shop.purchases.unavailable = true;
    expect((await listen()).status).toBe(503);
  });

  it('ends when the API stops, which does not wait for its readers', async () => {
    await shop.buy();
    shop.purchases.stillToCome.push(
      (signal) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve([]));
          shop.stopping.abort();
        }),
      async () => [CHECKING],
    );
    expect(idsIn((await listen()).text)).toEqual(['1']);
  });
});

describe('a reader of events', () => {
  const settings = { heartbeatMs: 20, maxUnreadBytes: 1_000 };

  it('hears a comment while nothing happens', async () => {
    const reader = new PassThrough();
    const stream = new EventStream(reader, settings);
    let heard = '';
    for await (const chunk of reader) {
      heard += String(chunk);
      if (heard.endsWith(': still here\n\n: still here\n\n')) stream.end();
    }
    expect(heard).toMatch(/^retry: 2000\n\n(: still here\n\n)+$/);
  });

  it('that does not read is cut when too much waits for it', async () => {
    const reader = new PassThrough({ highWaterMark: 10 });
    const stream = new EventStream(reader, { ...settings, heartbeatMs: 60_000 });
    for (let sequence = 1; sequence < 100 && !reader.destroyed; sequence += 1) {
      stream.send({ ...SENT, id: sequence });
    }
    expect(reader.destroyed).toBe(true);
  });

  it('that took nothing between two heartbeats is cut', async () => {
    const reader = new PassThrough({ highWaterMark: 1 });
    const closed = new Promise((resolve) => reader.once('close', resolve));
    const stream = new EventStream(reader, { ...settings, maxUnreadBytes: 1_000_000 });
    stream.send(SENT);
    await closed;
  });
});
