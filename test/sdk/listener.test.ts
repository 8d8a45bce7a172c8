import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { noticeBody } from '../../channel/notice';
import { eventResource } from '../../api/purchase-events/resource';
import { newWebhookSecret } from '../../channel/key';
import { packageCode } from '../../domain/catalogue/packages';
import { externalId, purchaseId, stateNoticeId } from '../../domain/identifiers';
import type { PurchaseState } from '../../domain/purchase/states';
import { vnd } from '../../domain/vnd';
import { forward } from '../../sdk/forwarding';
import { NoAnswer, verifyNotice } from '../../sdk/index';
import { listen, stateNotice, type HeardNotice } from '../../sdk/listener';
import type { Batch, ListedNotice, ListedPurchase, LoggedNotice, PurchaseEvent } from '../../sdk/types';
import { eventually } from '../support/eventually';

const ID = purchaseId(`pur_${'a'.repeat(26)}`);
const bought = (name: string, createdAt: string) =>
  // what the listener reads of it
  ({
    id: `pur_${name}`,
    externalId: name,
    createdAt,
    package: { code: 'D90', name: 'D90' },
    faceValue: 90_000,
  }) as ListedPurchase;
const stateEvent = (sequence: number, state: PurchaseState) =>
  eventResource({ kind: 'state', sequence, at: '2026-11-24T03:05:00.000Z', state });
const refundStep = eventResource({
  kind: 'step',
  sequence: 3,
  at: '2026-11-24T03:05:00.000Z',
  step: 'refund_notice',
  status: 'running',
});

/** An API whose lists grow, by a clock of its own. */
class ScriptedApi {
  readonly purchases: ListedPurchase[] = [];
  readonly events_: Record<string, (PurchaseEvent | Error)[]> = {};
  readonly log: ListedNotice[] = [];
  readonly logged: LoggedNotice[] = [];
  readonly ended: Batch[] = [];
  readonly batches = {
    get: async (id: string) => {
      const found = this.ended.find(({ batchId }) => batchId === id);
      if (!found) throw new Error(`there is no batch ${id}`);
      return found;
    },
  };
  fault: Error | undefined;

  async *list() {
    if (this.fault) throw this.fault;
    yield* this.purchases.toReversed();
  }

  async *events(name: string) {
    for (const event of this.events_[name] ?? []) {
      if (event instanceof Error) {
        this.events_[name] = this.events_[name]?.filter((other) => other !== event) ?? [];
        throw event;
      }
      yield event;
    }
  }

  async *notices() {
    yield* this.log.toReversed();
  }

  async noticesOf(name: string) {
    return this.logged.filter((notice) => notice.externalId === name);
  }
}

let api: ScriptedApi;
let stop: AbortController;
let heard: HeardNotice[];
let listening: Promise<void>;

/** Listens until the test ends; ready when what was there before is known. */
async function begin(onTrouble?: (fault: unknown) => void): Promise<void> {
  let isReady = false;
  listening = listen(api, {
    signal: stop.signal,
    pollMs: 5,
    onReady: () => (isReady = true),
    onNotice: async (notice) => void heard.push(notice),
    ...(onTrouble ? { onTrouble } : {}),
  });
  await eventually('the listener to be ready', async () => isReady || undefined);
}

const ids = () => heard.map(({ id }) => id);
const heardInAll = (count: number) => eventually(`${count} notices`, async () => heard[count - 1] && ids());

beforeEach(() => {
  api = new ScriptedApi();
  stop = new AbortController();
  heard = [];
});
afterEach(async () => {
  stop.abort();
  await listening;
});

describe('a channel that listens', () => {
  it('hears each state of a purchase that is made from now on, and nothing of earlier ones', async () => {
    api.purchases.push(bought('early', '2026-11-24T03:04:50.000Z'));
    api.events_['early'] = [stateEvent(1, 'accepted')];
    await begin();
    api.events_['late'] = [stateEvent(1, 'accepted'), stateEvent(2, 'checking')];
    api.purchases.push(bought('late', '2026-11-24T03:05:00.000Z'));
    expect(await heardInAll(2)).toEqual(['evt_pur_late_1', 'evt_pur_late_2']);
  });

  it('hears the first purchase that its channel ever makes, whatever its own clock shows', async () => {
    await begin();
    api.events_['first'] = [stateEvent(1, 'accepted')];
    api.purchases.push(bought('first', '2001-01-01T00:00:00.000Z'));
    expect(await heardInAll(1)).toEqual(['evt_pur_first_1']);
  });

  it('gives the refund notice to the letter, once it is in the log', async () => {
    await begin();
    api.events_['failing'] = [refundStep];
    api.purchases.push(bought('failing', '2026-11-24T03:05:00.000Z'));
    const body = '{"type":"purchase.refund_due","data":{"refund":{"amount":90000,"currency":"VND"}}}';
    const refund = { id: 'refund_pur_failing', type: 'purchase.refund_due', externalId: 'failing', body };
    api.logged.push(refund as LoggedNotice); // what is read of it
    expect(await heardInAll(1)).toEqual(['refund_pur_failing']);
    expect(heard[0]?.body).toBe(body);
  });

  it('hears of a refund for a purchase that had succeeded, which has no event', async () => {
    await begin();
    const refund = { id: 'case_refund_1', type: 'purchase.case_refund_due', externalId: 'sold', body: '{}' };
    api.logged.push(refund as LoggedNotice); // what is read of it
    api.log.push({ ...refund, occurredAt: '2026-11-24T03:05:00.000Z' } as unknown as ListedNotice); // likewise
    expect(await heardInAll(1)).toEqual(['case_refund_1']);
  });

  it('hears that a batch is over, as its webhook is told', async () => {
    await begin();
    const endedAt = '2026-11-24T03:07:10.000Z';
    const batch = { batchId: 'staff', state: 'completed', rows: 1, money: { payable: 1 }, endedAt };
    api.ended.push(batch as Batch); // what is read of it
    api.log.push({
      id: 'evt_bat_1',
      type: 'batch.completed',
      externalId: null,
      batchId: 'staff',
      occurredAt: endedAt,
    } as ListedNotice); // likewise
    expect(await heardInAll(1)).toEqual(['evt_bat_1']);
    expect(JSON.parse(heard[0]?.body ?? '')).toMatchObject({
      type: 'batch.completed',
      timestamp: endedAt,
      data: { batchId: 'staff', state: 'completed', money: { payable: 1 } },
    });
  });

  it('goes on after a list or a stream that broke, and gives nothing twice', async () => {
    const troubles: unknown[] = [];
    await begin((fault) => troubles.push(fault));
    api.fault = new NoAnswer('the network is gone');
    await eventually('the trouble with the list', async () => troubles[0]);
    api.events_['cut'] = [stateEvent(1, 'accepted'), new NoAnswer('cut off'), stateEvent(2, 'checking')];
    api.purchases.push(bought('cut', '2026-11-24T03:05:00.000Z'));
    api.fault = undefined;
    expect(await heardInAll(2)).toEqual(['evt_pur_cut_1', 'evt_pur_cut_2']);
    expect(troubles).toContainEqual(expect.objectContaining({ message: 'cut off' }));
  });

  it('ends with the reason where no repetition can help', async () => {
    api.fault = new TypeError('a key that is refused');
    await expect(listen(api, { signal: stop.signal, onNotice: async () => undefined })).rejects.toThrow(
      /refused/,
    );
    listening = Promise.resolve();
  });
});

describe('a state that is forwarded', () => {
  it.each([
    ['succeeded', undefined],
    ['rolled_back', 'insufficient_balance'],
    ['charging', undefined],
  ] as const)('is to the letter what the gateway sends: %s', (state, reason) => {
    const at = '2026-11-24T03:05:00.000Z';
    const about = { purchaseId: ID, externalId: externalId('order-1'), sequence: 4, state };
    const own = noticeBody({
      ...about,
      id: stateNoticeId(ID, 4),
      reason: reason ?? null,
      package: packageCode('D90'),
      faceValue: vnd(90_000),
      occurredAt: at,
    });
    const event = eventResource({ kind: 'state', sequence: 4, at, state, ...(reason ? { reason } : {}) });
    const purchase = { ...bought('order-1', at), id: ID };
    expect(stateNotice(event, purchase)).toMatchObject({ id: stateNoticeId(ID, 4), body: own });
  });
});

describe('a notice that is forwarded', () => {
  const secret = newWebhookSecret();
  const signal = new AbortController().signal;

  it('reaches the port signed, so that the receiver verifies it as a real one', async () => {
    const got: { headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        got.push({ headers: request.headers, body });
        response.writeHead(503).end('not now');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const notice = { id: 'refund_1', body: '{"type":"purchase.refund_due","data":{"message":"Số dư"}}' };
    const forwarded = await forward(notice, { to: `http://127.0.0.1:${port}/hook`, secret, signal });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(forwarded.status).toBe(503);
    const [{ headers, body } = { headers: {}, body: '' }] = got;
    expect(verifyNotice(headers, body, secret)).toMatchObject({
      id: 'refund_1',
      notice: JSON.parse(notice.body),
    });
  });

  it('says why where nobody listens at the port', async () => {
    const { status, fault } = await forward(
      { id: 'a', body: '{}' },
      { to: 'http://127.0.0.1:1/', secret, signal },
    );
    expect(status).toBeUndefined();
    expect(fault).toMatch(/ECONNREFUSED|bad port/);
  });
});
