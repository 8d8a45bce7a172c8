import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { StatementResource } from '../../api/statements/schemas';
import { daysAfter, firstOfMonth, localDay, localDayStart, type LocalDay } from '../../domain/local-time';
import type { PeriodAccount } from '../../reconciliation/period/account';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { MovedClock } from '../support/moved-clock';
import { withFixedValues } from '../support/parts/fixed-values';
import { Selling } from '../support/selling';

/** Minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(600_000);

/** Two days of one month, which is still to come. */
const MONTH = firstOfMonth(daysAfter(firstOfMonth(localDay(new Date())), 32));
const FIRST = daysAfter(MONTH, 2);
const SECOND = daysAfter(MONTH, 3);
const MINUTE_MS = 60_000;
const SALE = { faceValue: 90_000, discount: 5_850, payable: 84_150 };

let stack: EmbeddedStack;
let folder: string;
let clock: MovedClock;
let mobifone: MovedClock;
/** What the channel was told of each of its orders, by day of acceptance in Vietnam. */
const told: { day: LocalDay; outcome: unknown; payable: number; faceValue: number }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'statement-'));
  await mkdir(path.join(folder, 'settlement'));
  clock = new MovedClock(path.join(folder, 'clock'));
  mobifone = new MovedClock(path.join(folder, 'mobifone-clock'));
  for (const each of [clock, mobifone]) await each.toNoonOf(FIRST);
  stack = await EmbeddedStack.start(
    {
      RECONCILIATION_SOURCE: `file://${folder}/{kind}/{date}.csv`,
      RECONCILIATION_AT: 'off',
      ...withFixedValues({ heartbeatTimeoutMs: 2_000 }), // by Temporal's clock each purchase begins late: it waits so long (0057)
    },
    {
      surround: async () => ({
        api: clock.settings,
        worker: clock.settings,
        sandbox: mobifone.settings,
      }),
    },
  );
  await sell('sold', '0900000001');
  await sell('undone', '0900000402');
  // accepted five minutes before midnight, and charged when it is five minutes past at MobiFone
  await clock.to(localDayStart(SECOND) - 5 * MINUTE_MS);
  await mobifone.to(localDayStart(SECOND) + 5 * MINUTE_MS);
  await sell('over-midnight', '0901000004');
  for (const each of [clock, mobifone]) await each.toNoonOf(SECOND);
  await sell('next-day', '0901000005');
  await sell('rejected', '0900000101');
  for (const each of [clock, mobifone]) await each.toNoonOf(daysAfter(SECOND, 1));
  for (const day of [FIRST, SECOND]) {
    const file = await fetch(`${stack.sandboxUrl}/sandbox/settlement?date=${day}`);
    await writeFile(path.join(folder, 'settlement', `${day}.csv`), await file.text());
  }
  await eventually('the refunds to be delivered', async () => {
    const { totals } = await statement(MONTH.slice(0, 7));
    return (totals.refunded.count === 2 && totals.refunded.undelivered === 0) || undefined;
  });
});
afterAll(async () => {
  await stack.end();
  await rm(folder, { recursive: true, force: true });
});

async function sell(id: string, msisdn: string): Promise<void> {
  const selling = new Selling(stack);
  const { status, body } = await selling.buy(id, msisdn);
  expect([id, status]).toEqual([id, 201]);
  const { outcome, payable, faceValue, createdAt } = await selling.outcomeOf(id);
  expect(body['id']).toEqual(expect.any(String));
  const day = localDay(new Date(String(createdAt)));
  told.push({ day, outcome, payable: Number(payable), faceValue: Number(faceValue) });
}

async function statement(period: string): Promise<StatementResource> {
  const { status, body } = await stack.api('GET', `/v1/statements/${period}`);
  expect(status).toBe(200);
  return body as StatementResource; // as documented
}

async function account(): Promise<PeriodAccount> {
  const words = ['period', '--from', FIRST, '--to', SECOND, '--json', '--quiet'];
  const { stdout, stderr } = await stack.runCommand('reconcile', words, '', clock.settings);
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { account: PeriodAccount }).account;
}

/** The channel's own books: of what it was told was sold, what it has to pay. */
function ownBooks(days: readonly string[]) {
  const sold = told.filter(({ day, outcome }) => days.includes(day) && outcome === 'succeeded');
  return { count: sold.length, payable: sold.reduce((sum, { payable }) => sum + payable, 0) };
}

describe('two days of sales, one of them over midnight, seen by the channel, by us and by MobiFone', () => {
  it('come to the same đồng in the channel’s books, its statement, our account and MobiFone’s files', async () => {
    const { closing, totals, final } = await statement(MONTH.slice(0, 7));
    const { agent, mobifone: theirs, unexplained } = await account();
    expect(ownBooks([FIRST, SECOND])).toEqual({ count: 3, payable: 252_450 });
    expect(closing).toBe(252_450);
    expect(totals.sold).toEqual({ count: 3, faceValue: 270_000, discount: 17_550, payable: 252_450 });
    expect(agent.closing).toMatchObject({ gross: 270_000, discount: 17_550, payable: 252_450 });
    expect(theirs.closing).toEqual(agent.closing);
    expect(unexplained).toEqual({ gross: 0, discount: 0, payable: 0 });
    expect(final).toBe(false); // the month is not over
  });

  it('come to the same on each day in the channel’s books, its statement and our account', async () => {
    const { days } = await account();
    for (const day of [FIRST, SECOND]) {
      const one = await statement(day);
      const ours = days.find((candidate) => candidate.day === day);
      expect(one.totals.sold).toMatchObject(ownBooks([day]));
      expect(one.opening).toBe(ours?.agent.opening.payable);
      expect(one.closing).toBe(ours?.agent.closing.payable);
      expect([one.over, one.final]).toEqual([true, true]);
    }
  });

  it('counts the sale over midnight on the day of its acceptance, though MobiFone’s file has it on the next', async () => {
    const { days, timing, breaks } = await account();
    const [first, second] = days;
    expect(first?.difference.payable).toBe(SALE.payable);
    expect(second?.difference.payable).toBe(-SALE.payable);
    expect(timing.map(({ state }) => state)).toEqual(['matched', 'matched']);
    expect(breaks).toEqual([]);
  });

  it('lists the refunds with the ids of the notices, and that the webhook has them', async () => {
    const { days } = await statement(MONTH.slice(0, 7));
    const refunds = days.flatMap((day) => day.refunds.map((refund) => ({ day: day.day, ...refund })));
    const { notices } = await stack.sandbox<{ notices: { noticeId: string }[] }>('inbox');
    const received = notices.map(({ noticeId }) => noticeId);
    expect(received).toEqual(expect.arrayContaining(refunds.map(({ noticeId }) => noticeId)));
    expect(refunds.map(({ day, externalId, outcome }) => [day, externalId, outcome])).toEqual([
      [FIRST, 'undone', 'rolled_back'],
      [SECOND, 'rejected', 'rejected'],
    ]);
    for (const { externalId, noticeId, delivered } of refunds) {
      const { body } = await stack.api('GET', `/v1/purchases/${externalId}/notices`);
      const [notice] = body['notices'] as { id: string; status: string }[];
      expect([notice?.id, notice?.status, delivered]).toEqual([noticeId, 'delivered', true]);
    }
  });

  it('are downloaded as CSV whose lines add up to the same closing balance', async () => {
    const demo = stack.channels.find(({ paymentForm }) => paymentForm === 'postpaid');
    const answer = await fetch(`${stack.apiUrl}/v1/statements/${MONTH.slice(0, 7)}`, {
      headers: { authorization: `Bearer ${demo?.apiKey}`, accept: 'text/csv' },
    });
    const rows: Record<string, string>[] = parse(await answer.text(), { bom: true, columns: true });
    const lines = rows.map(({ type }) => type).join(' ');
    expect(lines).toMatch(/^opening ((sold|refunded) ){5}closing_not_final$/);
    expect(lines.match(/sold/g)).toHaveLength(3);
    expect(rows.slice(0, -1).reduce((sum, { payable }) => sum + Number(payable), 0)).toBe(252_450);
    expect(rows.at(-1)?.['payable']).toBe('252450');
  });
});
