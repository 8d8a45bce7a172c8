import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Response } from 'supertest';
import { parse } from 'csv-parse/sync';
import readXlsxFile, { readSheet } from 'read-excel-file/node';
import type { StatedPurchase } from '../../client/channel-statements';
import { statementParts } from '../../api/statements/account';
import { statementCsv } from '../../api/statements/csv';
import { statementJson } from '../../api/statements/json';
import { periodSchema } from '../../api/statements/period';
import { statementWorkbook } from '../../api/statements/workbook';
import { packageCode } from '../../domain/catalogue/packages';
import { channelName, externalId, refundNoticeId, type PurchaseId } from '../../domain/identifiers';
import { eventually } from '../support/eventually';
import { inOneGo } from './in-one-go';
import { KEYS, Shop } from './shop';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
let shop: Shop;
beforeEach(() => {
  shop = new Shop();
  shop.now = new Date('2026-11-25T03:00:00.000Z');
});

let made = 0;
/** A purchase of a package for 90,000 đồng. */
function bought(state: StatedPurchase['state'], over: Partial<StatedPurchase> = {}): StatedPurchase {
  made += 1;
  const purchaseId = `pur_${String.fromCharCode(97 + (made % 26)).repeat(26)}` as PurchaseId;
  const isRefund = state === 'rolled_back' || state === 'rejected';
  return {
    purchaseId,
    externalId: externalId(`order-${made}`),
    package: packageCode('D90'),
    kind: state === 'succeeded' ? 'sold' : isRefund ? 'refunded' : 'open',
    state,
    faceValue: 90_000,
    discount: 5_850,
    acceptedAt: '2026-11-24T03:05:00.000Z',
    refund: isRefund
      ? { noticeId: refundNoticeId(purchaseId), type: 'purchase.refund_due', delivered: true }
      : null,
    ...over,
  };
}

function asked(period: string, accept?: string) {
  const test = shop.get(`/v1/statements/${period}`);
  return accept === undefined ? test : test.set('Accept', accept);
}

function binary(response: Response, done: (fault: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => void chunks.push(chunk));
  response.on('end', () => done(null, Buffer.concat(chunks)));
}

describe('a channel’s statement of a day', () => {
  const undelivered = bought('rolled_back');
  beforeEach(() => {
    shop.statements.sell('2026-11-02', bought('succeeded'), bought('rejected'));
    shop.statements.sell('2026-11-24', bought('succeeded'), bought('succeeded'), bought('rejected'));
    shop.statements.sell('2026-11-24', {
      ...undelivered,
      refund: undelivered.refund && { ...undelivered.refund, delivered: false },
    });
  });

  it('opens with what the month came to before, and closes with the day’s sales added', async () => {
    const { status, body } = await asked('2026-11-24');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      channel: 'shop',
      period: '2026-11-24',
      opening: 84_150,
      totals: {
        sold: { count: 2, faceValue: 180_000, discount: 11_700, payable: 168_300 },
        refunded: { count: 2, amount: 180_000, undelivered: 1 },
        open: { count: 0, faceValue: 0 },
      },
      closing: 252_450,
      over: true,
      final: true,
    });
  });

  it('names each refund’s notice, and says whether the webhook has it', async () => {
    const { body } = await asked('2026-11-24');
    expect(body.days).toHaveLength(1);
    expect(body.days[0].refunds).toHaveLength(2);
    expect(body.days[0].refunds).toContainEqual({
      purchaseId: undelivered.purchaseId,
      externalId: undelivered.externalId,
      package: 'D90',
      outcome: 'rolled_back',
      amount: 90_000,
      noticeId: `refund_${undelivered.purchaseId}`,
      type: 'purchase.refund_due',
      delivered: false,
    });
  });

  it('is of its own channel only', async () => {
    await shop.get('/v1/statements/2026-11-24', KEYS.prepaid);
    expect(shop.statements.asked.every((asked) => asked.startsWith('prepaid '))).toBe(true);
  });

  it('is not final on the day itself, while a purchase is open, and while one cannot be read', async () => {
    shop.now = new Date('2026-11-24T16:59:59.000Z'); // the last second of the 24th in Vietnam
    expect((await asked('2026-11-24')).body).toMatchObject({ over: false, final: false });
    shop.now = new Date('2026-11-24T17:04:59.000Z'); // its last order may not be in the index yet
    expect((await asked('2026-11-24')).body).toMatchObject({ over: false, final: false });
    shop.now = new Date('2026-11-24T17:05:00.000Z');
    expect((await asked('2026-11-24')).body).toMatchObject({ over: true, final: true });
    shop.statements.days.get('2026-11-02')?.push({ purchases: [bought('charging')], unreadable: 0 });
    expect((await asked('2026-11-24')).body).toMatchObject({ over: true, final: false });
    shop.statements.days.set('2026-11-02', [{ purchases: [], unreadable: 1 }]);
    expect((await asked('2026-11-24')).body).toMatchObject({ over: true, final: false });
  });
});

describe('a channel’s statement of a month', () => {
  it('has every day until today, each beginning where the last one ended', async () => {
    shop.statements.sell('2026-11-01', bought('succeeded'));
    shop.statements.sell('2026-11-24', bought('succeeded'));
    const { body } = await asked('2026-11');
    expect(body).toMatchObject({ opening: 0, closing: 168_300, over: false, final: false, to: '2026-11-30' });
    expect(body.days.map(({ day }: { day: string }) => day)).toHaveLength(25);
    const ends = body.days.map(({ opening, closing }: Record<string, number>) => [opening, closing]);
    expect(ends.slice(0, 2)).toEqual([
      [0, 84_150],
      [84_150, 84_150],
    ]);
    expect(ends.at(-1)).toEqual([168_300, 168_300]);
  });

  it('keeps a sale that a case had refunded among the sales, and names its refund besides', async () => {
    const { purchaseId, ...sale } = bought('succeeded');
    const refund = {
      noticeId: `case_refund_${purchaseId}`,
      type: 'purchase.case_refund_due',
      delivered: true,
    } as StatedPurchase['refund'];
    shop.statements.sell('2026-11-03', { purchaseId, ...sale, refund });
    const { body } = await asked('2026-11');
    expect(body.totals).toMatchObject({ sold: { count: 1, payable: 84_150 }, refunded: { count: 1 } });
    expect(body.days[2].refunds).toMatchObject([
      { type: 'purchase.case_refund_due', outcome: 'succeeded', noticeId: `case_refund_${purchaseId}` },
    ]);
    const { text } = await asked('2026-11', 'text/csv');
    const rows: Record<string, string>[] = parse(text, { bom: true, columns: true });
    expect(rows.map(({ type }) => type)).toEqual(['opening', 'sold', 'case_refund', 'closing_not_final']);
  });
});

describe('a statement as a file', () => {
  beforeEach(() => {
    shop.statements.sell('2026-11-23', bought('succeeded'));
    const refunded = bought('rolled_back', { externalId: externalId('order_x0030_1') }); // which is no escape
    shop.statements.sell('2026-11-24', bought('succeeded'), refunded, bought('charging'));
  });

  it('is CSV with a line for each purchase, whose columns add up to the closing balance', async () => {
    const { text, headers } = await asked('2026-11-24', 'text/csv');
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename=statement-shop-2026-11-24.csv',
    });
    const rows: Record<string, string>[] = parse(text, { bom: true, columns: true });
    expect(rows.map(({ type }) => type)).toEqual([
      'opening',
      'sold',
      'refunded',
      'open',
      'closing_not_final',
    ]);
    const moved = rows.slice(0, -1).reduce((sum, { payable }) => sum + Number(payable), 0);
    expect(moved).toBe(168_300);
    expect(rows.at(-1)).toMatchObject({ payable: '168300' });
    expect(rows[2]).toMatchObject({ refund: '90000', noticeDelivered: 'yes', payable: '' });
    expect(rows[1]).toMatchObject({ acceptedAt: '2026-11-24T10:05:00.000+07:00' });
  });

  it('is a workbook in the reader’s language, with the refunds on a sheet of their own', async () => {
    const { body } = await asked('2026-11-24', XLSX).set('Accept-Language', 'vi').buffer(true).parse(binary);
    const sheets = await readXlsxFile(body as Buffer);
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['Sao kê', 'Hoàn tiền']);
    const days = await readSheet(body as Buffer, 'Sao kê');
    expect(days[4]).toEqual([
      'Chưa phải số cuối cùng: còn giao dịch đang xử lý hoặc không đọc được.',
      ...Array(11).fill(null),
    ]);
    expect(days.slice(6).map((row) => row.slice(0, 7))).toEqual([
      ['2026-11-24', 84_150, 1, 90_000, 5_850, 84_150, 168_300],
      ['Cộng', 84_150, 1, 90_000, 5_850, 84_150, 168_300],
    ]);
    const refunds = await readSheet(body as Buffer, 'Hoàn tiền');
    expect(refunds).toHaveLength(2);
    const row = ['2026-11-24', 'rolled_back', 90_000, 'có', 'order_x0030_1'];
    expect(refunds[1]).toEqual(expect.arrayContaining(row));
  });

  it('is JSON for whoever accepts neither', async () => {
    const { headers } = await asked('2026-11-24', 'image/png');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });
});

describe('a statement that cannot be had', () => {
  it.each(['2026-13', '2026-02-31', '2026', '20261124', '2026-11-24T00:00', 'last-month'])(
    'is refused for what is no day and no month: %s',
    async (period) => {
      const { status, body } = await asked(period);
      expect([status, body.errors?.[0]?.pointer]).toEqual([422, '/period']);
    },
  );

  it.each(['2026-11-26', '2026-12', '2027-01-01'])(
    'is refused for what has not begun: %s',
    async (period) => {
      const { status, body } = await asked(period);
      expect([status, body.code]).toEqual([404, 'statement_not_available']);
    },
  );

  it('is refused once purchases of the month may be gone, rather than given with less', async () => {
    const monthBegan = Date.parse('2026-10-31T17:00:00.000Z'); // midnight in Vietnam
    shop.statements.retention = shop.now.getTime() - monthBegan;
    expect((await asked('2026-11-24')).status).toBe(200);
    shop.statements.retention -= 1;
    expect((await asked('2026-11-24')).status).toBe(404);
    expect((await asked('2026-11')).status).toBe(404);
  });

  it('breaks off when Temporal stops to answer, so that nobody takes a part for the whole', async () => {
    shop.statements.silentOn = '2026-11-20';
    await expect(asked('2026-11', 'text/csv')).rejects.toThrow(/aborted|hang up/);
    const { status, body } = await asked('2026-11', XLSX);
    expect([status, body.code]).toEqual([503, 'temporarily_unavailable']);
  });
});

describe('a month of more sales than fit in memory', () => {
  it('is read only as far as its reader takes it', async () => {
    let pages = 0;
    const endless = {
      async *purchasesOf() {
        for (;;) {
          pages += 1;
          yield { purchases: [bought('succeeded')], unreadable: 0 };
        }
      },
    };
    const period = periodSchema.parse('2026-11');
    const parts = () =>
      statementParts(endless, channelName('shop'), period, new Date('2026-11-25T03:00:00.000Z'));
    const lines = statementCsv(period, parts());
    for (let taken = 0; taken < 1_000; taken += 1) await lines.next();
    expect(pages).toBeLessThanOrEqual(1_000);
  });

  it('keeps of a day that was told nothing but its sums', async () => {
    for (const day of ['2026-11-01', '2026-11-02']) shop.statements.sell(day, bought('rolled_back'));
    const { body } = await asked('2026-11');
    expect(body.days.map(({ refunds }: { refunds: object[] }) => refunds.length).slice(0, 3)).toEqual([
      1, 1, 0,
    ]);
  });
});

describe('a statement with as many refunds as one can have', () => {
  const refunds = 2_000;
  const page = Array.from({ length: refunds / 10 }, () => bought('rejected'));
  const head = { channel: 'shop', period: '2026-11-24', from: '', to: '', asOf: '' };
  beforeEach(() => {
    for (let pages = 0; pages < 10; pages += 1) shop.statements.sell('2026-11-24', ...page);
  });
  const parts = () =>
    statementParts(
      shop.statements,
      channelName('shop'),
      periodSchema.parse('2026-11-24'),
      new Date('2026-11-25T03:00:00.000Z'),
    );

  it('is made as a workbook in small steps, between which others have their turn', async () => {
    const { result, steps } = inOneGo(await statementWorkbook(head, parts(), 'en'));
    expect(steps).toBeGreaterThan(refunds / 50);
    expect(await readSheet(result, 'Refunds')).toHaveLength(refunds + 1);
  });

  it('is written as JSON a page at a time, and never a day', async () => {
    const pieces: string[] = [];
    for await (const piece of statementJson(head, parts())) pieces.push(piece);
    const refundsOf = (text: string) => text.split('"noticeId"').length - 1;
    expect(Math.max(...pieces.map(refundsOf))).toBe(page.length);
    const { days } = JSON.parse(pieces.join('')) as { days: { refunds: object[]; day: string }[] };
    expect(days.map(({ day, refunds: told }) => [day, told.length])).toEqual([['2026-11-24', refunds]]);
  });
});

describe('many statements at once', () => {
  it('are read one after another for a channel', async () => {
    let go = (): void => undefined;
    shop.statements.ready = new Promise<void>((resolve) => (go = resolve));
    const answers = Promise.all([asked('2026-11'), asked('2026-11', 'text/csv')]);
    await eventually('the first to be read', async () => shop.statements.underWay === 1 || undefined);
    expect((await asked('2026-11')).body.code).toBe('too_many_streams'); // the shop may have two
    go();
    expect((await answers).map(({ status }) => status)).toEqual([200, 200]);
    expect(shop.statements.mostUnderWay).toBe(1);
  });

  it('are not read for a reader who is gone', async () => {
    let go = (): void => undefined;
    shop.statements.ready = new Promise<void>((resolve) => (go = resolve));
    const server = createServer(shop.app).listen(0);
    const gone = new AbortController();
    const { port } = server.address() as AddressInfo; // it listens
    const request = { headers: { authorization: `Bearer ${KEYS.shop}` }, signal: gone.signal };
    const answer = fetch(`http://127.0.0.1:${port}/v1/statements/2026-11-02`, request);
    await eventually('it to be read', async () => shop.statements.asked.length === 1 || undefined);
    gone.abort();
    await expect(answer).rejects.toThrow(/abort/);
    await eventually('the reader to be gone', async () => {
      const figures = await shop.metrics.registry.metrics();
      return figures.includes('kind="stream"} 0') || !figures.includes('kind="stream"') || undefined;
    });
    go();
    await eventually('the reading to end', async () => shop.statements.underWay === 0 || undefined);
    expect(shop.statements.asked).toHaveLength(1); // of a month’s days
    expect(shop.lines.join('')).not.toContain('unexpected error');
    server.close();
  });
});
