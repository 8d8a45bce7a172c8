import { carriedOverBy } from '../../reconciliation/carried-over';
import type { Report } from '../../reconciliation/report';
import { daysAfter, localDayStart, type LocalDay } from '../../domain/local-time';
import { packageCode } from '../../domain/catalogue/packages';
import { msisdn } from '../../domain/msisdn';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { vnd } from '../../domain/vnd';
import {
  chargedAs,
  DAY,
  internalPurchase,
  nothing,
  reconciled,
  settlementLineOf,
  settlementLinesOf,
  source,
} from './synthetic-day';

const LAST_DAY = daysAfter(DAY, -1);
const NEXT_DAY = daysAfter(DAY, 1);
const MINUTE = 60_000;

/** Sold on DAY at ten in the morning. */
const sold = internalPurchase('sold');
const lines = settlementLinesOf(sold);
const renumbered = (all: readonly SettlementLine[]) =>
  all.map((line) => ({ ...line, reference: `${line.reference}-again` }));

const kinds = (report: Report) => report.breaks.map(({ kind }) => kind);

/** Every report must explain its difference to the đồng, and none that is no timing may be called clean. */
async function run(...[ours, files, differently]: Parameters<typeof reconciled>): Promise<Report> {
  const report = await reconciled(ours, files, differently);
  expect(report.unexplained).toEqual(nothing);
  return report;
}

/** Files of other days, by day. */
function filesOf(files: Readonly<Record<string, readonly SettlementLine[]>>) {
  return (of: LocalDay) => {
    const lines = files[of];
    return Promise.resolve(lines ? [{ role: 'other_day' as const, of, source: source(lines) }] : []);
  };
}

describe('a line of one day that stands in another day’s file as well', () => {
  it.each([
    ['under the same reference', lines, 'duplicate_in_file'],
    ['under a new reference', renumbered(lines), 'duplicate_charge'],
  ])('is billed twice, %s', async (_, again, kind) => {
    const report = await run([sold], { day: again, last_day: lines }, { day: NEXT_DAY });
    expect(report.clean).toBe(false);
    expect(report.breaks).toMatchObject([
      { kind, difference: { gross: -90_000, payable: -84_150 }, atStake: 90_000 },
    ]);
  });

  it('is named on the day of the sale too, once the other file is there', async () => {
    const report = await run([sold], { day: lines, next_day: renumbered(lines) });
    expect(report.breaks).toMatchObject([
      {
        kind: 'duplicate_charge',
        difference: nothing,
        atStake: 90_000,
        references: ['MF-sold-charge-again'],
      },
    ]);
  });

  it('is billed twice when the whole file of a day is given as the next day’s', async () => {
    const ours = ['a', 'b', 'c'].map((order) => internalPurchase(order));
    const all = ours.flatMap(settlementLinesOf);
    const report = await run(ours, { day: all, last_day: all }, { day: NEXT_DAY });
    expect(kinds(report)).toEqual(Array(3).fill('duplicate_in_file'));
    expect(report.totals.difference.gross).toBe(-270_000);
  });

  it('is found two days later, since the files between are looked into', async () => {
    const day = daysAfter(DAY, 2);
    const files = filesOf({ [DAY]: lines, [NEXT_DAY]: [] });
    expect(kinds(await run([sold], { day: lines, last_day: [] }, { day, filesOf: files }))).toEqual([
      'duplicate_in_file',
    ]);
  });

  it('is found when a file between has the late line already', async () => {
    const day = daysAfter(DAY, 3);
    const files = filesOf({ [DAY]: [], [NEXT_DAY]: lines, [daysAfter(DAY, 2)]: [] });
    const report = await run([sold], { day: renumbered(lines) }, { day, filesOf: files });
    expect(kinds(report)).toEqual(['duplicate_charge']);
  });

  it('is found when a correction put it into the sale’s own day', async () => {
    const files = (of: LocalDay) =>
      Promise.resolve([
        { role: 'other_day' as const, of, source: source([]) },
        ...(of === DAY ? [{ role: 'correction' as const, of, source: source(lines) }] : []),
      ]);
    const report = await run([sold], { day: lines }, { day: NEXT_DAY, filesOf: files });
    expect(kinds(report)).toEqual(['duplicate_in_file']);
  });
});

describe('a line for a sale of another day', () => {
  it('is no timing as long as nobody knows that the other day misses it', async () => {
    const report = await run([sold], { day: lines }, { day: NEXT_DAY });
    expect(report.clean).toBe(false);
    expect(report.breaks).toMatchObject([
      { kind: 'other_day_unproven', difference: { gross: -90_000 }, atStake: 90_000 },
    ]);
  });

  it('is no timing when one of the files between is not to be had', async () => {
    const day = daysAfter(DAY, 2);
    const report = await run([sold], { day: lines }, { day, filesOf: filesOf({ [DAY]: [] }) });
    expect(kinds(report)).toEqual(['other_day_unproven']);
  });

  it('is timing when the other day’s file misses it, or its report awaits it', async () => {
    expect(await run([sold], { day: lines, last_day: [] }, { day: NEXT_DAY })).toMatchObject({
      clean: true,
      breaks: [{ kind: 'cut_off', difference: { gross: -90_000 } }],
    });
    const carriedOver = [{ purchaseId: sold.purchaseId, atStake: 90_000 }];
    expect(await run([sold], { day: lines }, { day: NEXT_DAY, carriedOver })).toMatchObject({
      clean: true,
      breaks: [{ kind: 'cut_off' }],
    });
  });

  it('is billed twice when the last day’s report awaited it and its file has got it since', async () => {
    const carriedOver = [{ purchaseId: sold.purchaseId, atStake: 90_000 }];
    const report = await run([sold], { day: lines, last_day: lines }, { day: NEXT_DAY, carriedOver });
    expect(kinds(report)).toEqual(['duplicate_in_file']);
  });

  it('is no timing where the sale is undone in the file that has it', async () => {
    const rollback = settlementLineOf(sold, 'rollback', { at: sold.acceptedAt + MINUTE });
    const report = await run([sold], { day: [], next_day: [...lines, rollback] });
    expect(kinds(report)).toEqual(['state_differs']);
    expect(report.clean).toBe(false);
  });
});

describe('a sale just after midnight that the day before charged', () => {
  const early = internalPurchase('early', {
    acceptedAt: localDayStart(DAY) + MINUTE,
    closedAt: localDayStart(DAY) + 2 * MINUTE,
  });
  const charged = settlementLinesOf(early);

  it('is expected to be missing in its own file, which the next run bears out', async () => {
    const before = await run([early], { day: charged }, { day: LAST_DAY });
    expect(before).toMatchObject({ clean: true, carryOver: [early.purchaseId] });
    const after = await run([early], { day: [] }, { carriedOver: carriedOverBy(before) });
    expect(after).toMatchObject({
      clean: true,
      breaks: [{ kind: 'cut_off', difference: { gross: 90_000 } }],
    });
  });

  it.each([
    ['with the last day’s file', { last_day: charged }],
    ['with its report alone', {}],
  ])('is billed twice when its own file has it all the same, %s', async (_, files) => {
    const carriedOver = [{ purchaseId: early.purchaseId, atStake: 90_000 }];
    const report = await run([early], { day: renumbered(charged), ...files }, { carriedOver });
    expect(kinds(report)).toEqual(['duplicate_charge']);
    expect(report.clean).toBe(false);
  });

  it('is a break at once when its own file is there and has it, or when it came later in the day', async () => {
    const both = { day: charged, next_day: renumbered(charged) };
    expect(kinds(await run([early], both, { day: LAST_DAY }))).toEqual(['duplicate_charge']);
    expect(kinds(await run([sold], { day: lines }, { day: LAST_DAY }))).toEqual(['other_day_unproven']);
  });
});

describe('money given back on another day', () => {
  const undone = internalPurchase('undone', { state: 'rolled_back', refundNotice: 'delivered' });
  const charged = settlementLinesOf(internalPurchase('undone'));
  const rollback = settlementLineOf(undone, 'rollback');

  it('is timing on both days when it is what was taken', async () => {
    const today = await run([undone], { day: charged, next_day: [rollback] });
    const tomorrow = await run([undone], { day: [rollback], last_day: charged }, { day: NEXT_DAY });
    expect([today, tomorrow]).toMatchObject([
      { clean: true, breaks: [{ kind: 'cut_off', difference: { gross: -90_000 } }] },
      { clean: true, breaks: [{ kind: 'cut_off', difference: { gross: 90_000 } }] },
    ]);
  });

  it('differs by what is given back too little', async () => {
    const little = { ...rollback, amount: vnd(80_000), discountAmount: vnd(5200) };
    const report = await run([undone], { day: [little], last_day: charged }, { day: NEXT_DAY });
    expect(report.breaks.map(({ kind, difference }) => [kind, difference.gross])).toEqual([
      ['amount_differs', -10_000],
      ['cut_off', 90_000],
    ]);
  });

  it('is wrong when nobody took it, and when it comes twice', async () => {
    const never = await run([undone], { day: [rollback], last_day: [] }, { day: NEXT_DAY });
    expect(kinds(never)).toEqual(['given_back_wrongly']);
    const day = daysAfter(DAY, 2);
    const files = filesOf({ [DAY]: charged, [NEXT_DAY]: [rollback] });
    const twice = await run([undone], { day: [{ ...rollback, reference: 'MF-2' }] }, { day, filesOf: files });
    expect(kinds(twice)).toEqual(['given_back_wrongly']);
  });

  it('is no sale: MobiFone’s count of sales stays, and the refund has a line of its own', async () => {
    const { totals } = await run([undone], { day: [rollback], last_day: charged }, { day: NEXT_DAY });
    expect(totals.theirs).toMatchObject({ count: 0, gross: -90_000 });
    expect(totals.refunds.givenBack).toEqual({ count: 1, amount: 90_000 });
  });
});

describe('a postpaid sale that is charged, and its registration', () => {
  const [registration, charge] = lines as [SettlementLine, SettlementLine]; // a sale has two lines

  it.each<[string, Partial<SettlementLine>, string]>([
    ['of another subscriber', { msisdn: msisdn('84912345678') }, 'number_differs'],
    ['of another package', { package: packageCode('D10') }, 'package_differs'],
    ['of another price', { amount: vnd(95_000) }, 'amount_differs'],
    ['that was undone', { state: 'reversed' }, 'charged_not_registered'],
  ])('differ when it is one %s', async (_, differently, kind) => {
    const report = await run([sold], { day: [{ ...registration, ...differently }, charge] });
    expect(kinds(report)).toEqual([kind]);
    expect(report.clean).toBe(false);
    expect(report.breaks[0]?.difference).toEqual(nothing);
  });

  it('differ when there is none, and when there are two', async () => {
    expect(kinds(await run([sold], { day: [charge] }))).toEqual(['charged_not_registered']);
    const second = { ...registration, reference: 'MF-second' };
    expect(kinds(await run([sold], { day: [...lines, second] }))).toEqual(['registered_never_charged']);
  });

  it('differ when another day’s file registers it once more', async () => {
    const second = { ...registration, reference: 'MF-second' };
    const report = await run([sold], { day: [second], last_day: lines }, { day: NEXT_DAY });
    expect(kinds(report)).toEqual(['registered_never_charged']);
  });

  it('agree when the registration is in the file of the day before', async () => {
    expect(await run([sold], { day: [charge], last_day: [registration] })).toMatchObject({ clean: true });
  });

  it('differ when the charge is another subscriber’s, whatever its registration says', async () => {
    const other = chargedAs(sold, { msisdn: msisdn('84912345678') });
    expect(kinds(await run([sold], { day: other }))).toEqual(['number_differs']);
  });
});

describe('a correction', () => {
  it('that mends the transaction id takes the line from the purchase that it named by mistake', async () => {
    const ghost = internalPurchase('ghost').purchaseId;
    const [registration, charge] = lines as [SettlementLine, SettlementLine]; // a sale has two lines
    const wrong = {
      ...charge,
      purchaseId: ghost,
      transactionId: `${ghost}.charge` as typeof charge.transactionId,
    };
    const report = await run([sold], { day: [registration, wrong], correction: [charge] });
    expect(report).toMatchObject({ clean: true, totals: { theirs: { count: 1, gross: 90_000 } } });
    expect(kinds(report)).toEqual(['late_correction', 'late_correction']);
  });

  it('that withdraws a reference which no line has is a break, and withdraws nothing', async () => {
    const wrong = { ...settlementLineOf(sold, 'charge'), reference: 'MF-unknown', state: 'void' as const };
    const report = await run([sold], { day: lines, correction: [wrong] });
    expect(kinds(report)).toEqual(['withdrawal_without_effect']);
    expect(report).toMatchObject({ clean: false, totals: { theirs: { gross: 90_000 } } });
  });
});

describe('a line `void` in a day’s own file', () => {
  it('withdraws nothing there, and is reported', async () => {
    const withdrawn = { ...settlementLineOf(sold, 'charge'), state: 'void' as const };
    expect(kinds(await run([sold], { day: [...lines, withdrawn] }))).toEqual(['withdrawal_without_effect']);
    const ghost = { ...settlementLineOf(internalPurchase('ghost'), 'charge'), state: 'void' as const };
    expect(kinds(await run([], { day: [ghost] }))).toEqual(['withdrawal_without_effect']);
  });
});

describe('one reference of MobiFone’s', () => {
  const other = internalPurchase('other');
  const shared = settlementLinesOf(other).map((line) => ({
    ...line,
    reference: line.reference.replace('other', 'sold'),
  }));

  it('on two purchases is a break of both, whichever comes first', async () => {
    const report = await run([sold, other], { day: [...lines, ...shared] });
    expect(kinds(report)).toEqual(Array(4).fill('reference_shared'));
    const turned = await run([other, sold], { day: [...shared, ...lines] });
    expect(turned.breaks).toEqual(report.breaks);
  });

  it('on every line names five other purchases at each and counts the rest: all at each grows with the square', async () => {
    const all = Array.from({ length: 600 }, (_, at) => internalPurchase(`many-${at}`));
    const day = all.map((purchase) => ({ ...settlementLineOf(purchase, 'charge'), reference: 'MF-1' }));
    const { breaks } = await run(all, { day });
    const told = breaks.filter(({ kind }) => kind === 'reference_shared');
    expect(told.length).toBeGreaterThan(0);
    for (const { purchaseId, detail } of told) {
      const [, named = '', more] = /is of (.+) and (\d+) more as well$/.exec(detail) ?? [];
      expect([named.split(', ').length, more]).toEqual([5, '594']);
      expect(named).not.toContain(purchaseId);
    }
  });

  it('on purchases of two days is found as well', async () => {
    const tomorrows = { ...other, day: NEXT_DAY };
    const report = await run([sold, tomorrows], { day: lines, next_day: shared });
    expect(kinds(report)).toEqual(['reference_shared', 'reference_shared']);
  });
});
