import { carriedOverBy, carriedOverFrom } from '../../reconciliation/carried-over';
import type { Report } from '../../reconciliation/report';
import { reportCsv, reportJson } from '../../reconciliation/report-files';
import { daysAfter, localDayStart } from '../../domain/local-time';
import {
  DAY,
  nothing,
  internalPurchase,
  reconciled,
  settlementLineOf,
  settlementLinesOf,
} from './synthetic-day';

const KEY = 'a key of the agent’s accounts';
const NEXT_DAY = daysAfter(DAY, 1);
const MIDNIGHT = localDayStart(NEXT_DAY);

/** Sold a minute before midnight, with its line awaited in the next day's file. */
const late = internalPurchase('late', { acceptedAt: MIDNIGHT - 60_000, closedAt: MIDNIGHT - 59_000 });
let today: Report;
beforeAll(async () => {
  today = await reconciled([late], { day: [] });
  expect(today).toMatchObject({ clean: true, carryOver: [late.purchaseId] });
});

describe('the last day’s report, given to the next day’s run', () => {
  it('hands over what it awaits, with what is at stake', () => {
    expect(carriedOverFrom(reportJson(today, KEY), NEXT_DAY, KEY)).toEqual([
      { purchaseId: late.purchaseId, atStake: 90_000 },
    ]);
  });

  it('is refused when it was changed, or sealed with another key or none', () => {
    const changed = reportJson(today, KEY).replace('"clean": true', '"clean": false');
    expect(() => carriedOverFrom(changed, NEXT_DAY, KEY)).toThrow('was changed');
    expect(() => carriedOverFrom(changed, NEXT_DAY, undefined)).toThrow('was changed');
    const twice = reportJson(today, KEY).replace('"clean": true', '"clean": false, "clean": true');
    expect(() => carriedOverFrom(twice, NEXT_DAY, KEY)).toThrow('was changed');
    expect(() => carriedOverFrom(reportJson(today, undefined), NEXT_DAY, KEY)).toThrow('is not signed with');
    expect(() => carriedOverFrom(reportCsv(today), NEXT_DAY, KEY)).toThrow('not a signed report');
    expect(() => carriedOverFrom('{"report":{}}', NEXT_DAY, undefined)).toThrow('not a signed report');
  });

  it('is refused when it is of another day than the one before', () => {
    const text = reportJson(today, KEY);
    for (const day of [DAY, daysAfter(DAY, 2)]) {
      expect(() => carriedOverFrom(text, day, KEY)).toThrow(`needs the report of ${daysAfter(day, -1)}`);
    }
  });
});

describe('a purchase that was carried over and that neither Temporal nor an archive has any more', () => {
  const run = (lines: Parameters<typeof reconciled>[1]['day']) =>
    reconciled([], { day: lines ?? [] }, { day: NEXT_DAY, carriedOver: carriedOverBy(today) });

  it('is a break with what the last report had at stake, never dropped in silence', async () => {
    const report = await run([]);
    expect(report.clean).toBe(false);
    expect(report.breaks).toMatchObject([
      {
        kind: 'carried_over_lost',
        purchaseId: late.purchaseId,
        atStake: 90_000,
        theirs: [],
        difference: nothing,
      },
    ]);
    expect(report.unexplained).toEqual(nothing);
  });

  it('is the same break when MobiFone’s line has come, and explains the difference that it makes', async () => {
    const report = await run(settlementLinesOf(late));
    expect(report.breaks.map(({ kind }) => kind)).toEqual(['carried_over_lost']);
    expect(report.breaks[0]).toMatchObject({ difference: { gross: -90_000 }, atStake: 90_000 });
    expect(report.unexplained).toEqual(nothing);
  });

  it('tells of a second charge and of a repeated line as well', async () => {
    const [registration, charge] = settlementLinesOf(late);
    const again = settlementLineOf(late, 'charge', { reference: 'MF-second' });
    if (!registration || !charge) throw new Error('a sale has two lines');
    const report = await run([registration, registration, charge, again]);
    expect(report.breaks.map(({ kind }) => kind).toSorted()).toEqual([
      'carried_over_lost',
      'duplicate_charge',
      'duplicate_in_file',
    ]);
    expect(report.unexplained).toEqual(nothing);
  });

  it('is looked for first: one that is still known is compared as ever', async () => {
    const report = await reconciled(
      [late],
      { day: settlementLinesOf(late) },
      { day: NEXT_DAY, carriedOver: carriedOverBy(today) },
    );
    expect(report.breaks.map(({ kind }) => kind)).toEqual(['cut_off']);
  });
});
