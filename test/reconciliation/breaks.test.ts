import type { CaseState } from '../../domain/case/case';
import { transactionId, type CaseId } from '../../domain/identifiers';
import type { HistoryReader, InternalPurchase } from '../../reconciliation/internal-purchase';
import type { Report } from '../../reconciliation/report';
import { statementHtml } from '../../reconciliation/statement';
import { daysAfter, localDayStart, type LocalDay } from '../../domain/local-time';
import { vnd } from '../../domain/vnd';
import {
  chargedAs,
  DAY,
  discountAt,
  nothing,
  internalPurchase,
  reconciled,
  settlementLineOf,
  settlementLinesOf,
  source,
} from './synthetic-day';

const NEXT_DAY = daysAfter(DAY, 1);
const MIDNIGHT = localDayStart(NEXT_DAY);

const kinds = (report: Report) => report.breaks.map(({ kind }) => kind);

/** Every report must explain its difference to the đồng. */
async function day(
  ours: readonly InternalPurchase[],
  files: Parameters<typeof reconciled>[1],
  settings: Parameters<typeof reconciled>[2] = {},
): Promise<Report> {
  const report = await reconciled(ours, files, settings);
  expect(report.unexplained).toEqual(nothing);
  return report;
}

describe('a day on which both sides agree', () => {
  it('is clean, with totals that tie out by every dimension', async () => {
    const ours = [
      internalPurchase('one'),
      internalPurchase('two', { paymentForm: 'prepaid' }),
      internalPurchase('three', { state: 'rolled_back', refundNotice: 'delivered' }),
      internalPurchase('four', { state: 'rejected', refundNotice: 'delivered' }),
    ];
    const report = await day(ours, { day: ours.flatMap(settlementLinesOf) });

    expect(report).toMatchObject({ clean: true, breaks: [] });
    const sum = { count: 2, gross: 180_000, discount: 11_700, payable: 168_300 };
    expect(report.totals).toMatchObject({ ours: sum, theirs: sum, difference: nothing });
    expect(report.totals.by.hour).toEqual([{ key: '10', ours: sum, theirs: sum, difference: nothing }]);
    expect(report.totals.by.paymentForm.map(({ key, ours }) => [key, ours.gross])).toEqual([
      ['postpaid', 90_000],
      ['prepaid', 90_000],
    ]);
    expect(report.totals.refunds.toCustomers).toEqual({ count: 2, amount: 180_000 });
  });

  it('opens no history', async () => {
    const read = jest.fn<ReturnType<HistoryReader['read']>, Parameters<HistoryReader['read']>>();
    const ours = [internalPurchase('one'), internalPurchase('two')];
    await day(ours, { day: ours.flatMap(settlementLinesOf) }, { history: { read } });
    expect(read).not.toHaveBeenCalled();
  });
});

describe('a purchase that one side does not have', () => {
  it('is charged there and not here', async () => {
    const report = await day([], { day: settlementLinesOf(internalPurchase('ghost')) });
    expect(kinds(report)).toEqual(['charged_not_here']);
    expect(report.breaks[0]).toMatchObject({
      ours: null,
      msisdn: '8490****567',
      difference: { gross: -90_000, discount: -5850, payable: -84_150 },
      atStake: 90_000,
    });
  });

  it('is missing there', async () => {
    const report = await day([internalPurchase('lost')], { day: [] });
    expect(kinds(report)).toEqual(['missing_there']);
    expect(report.breaks[0]).toMatchObject({ theirs: [], difference: { payable: 84_150 }, atStake: 90_000 });
    expect(report.clean).toBe(false);
  });

  it('is unknown here, without money, when MobiFone undid it', async () => {
    const lines = settlementLinesOf(internalPurchase('ghost', { state: 'rolled_back' }));
    expect(kinds(await day([], { day: lines }))).toEqual(['unknown_here']);
  });
});

describe('a purchase that the sides tell differently', () => {
  const sold = internalPurchase('sold');

  it('differs by amount alone when the discount follows the amount', async () => {
    const more = { amount: vnd(95_000), discountAmount: vnd(6175) };
    const report = await day([sold], { day: chargedAs(sold, more) });
    expect(kinds(report)).toEqual(['amount_differs']);
    expect(report.breaks[0]?.difference).toEqual({ gross: -5000, discount: -325, payable: -4675 });
  });

  it('differs by amount and by discount when each is wrong by itself', async () => {
    const more = { amount: vnd(95_000), discountAmount: vnd(1) };
    expect(kinds(await day([sold], { day: chargedAs(sold, more) }))).toEqual([
      'amount_differs',
      'discount_differs',
    ]);
  });

  it('names the cause of another discount: the rate, the rounding, the effective date', async () => {
    const odd = internalPurchase('odd', {
      package: 'D10' as InternalPurchase['package'],
      discount: discountAt(333, vnd(10_050)),
      faceValue: vnd(10_050),
    });
    const rules = [
      {
        id: 'old',
        rateBasisPoints: 500,
        rounding: 'down' as const,
        from: new Date('2020-09-23T00:00:00+07:00'),
        until: new Date('2026-01-01T00:00:00+07:00'),
      },
    ];
    const causeOf = async (there: { discountRateBasisPoints: number; discountAmount: number }) => {
      const lines = chargedAs(odd, { ...there, discountAmount: vnd(there.discountAmount) });
      const report = await day([odd], { day: lines }, { rules });
      expect(kinds(report)).toEqual(['discount_differs']);
      return report.breaks[0]?.detail;
    };
    expect(await causeOf({ discountRateBasisPoints: 333, discountAmount: 334 })).toContain(
      'rounded differently',
    );
    expect(await causeOf({ discountRateBasisPoints: 340, discountAmount: 341 })).toContain('another rate');
    expect(await causeOf({ discountRateBasisPoints: 500, discountAmount: 502 })).toContain('not in force');
    expect(await causeOf({ discountRateBasisPoints: 333, discountAmount: 300 })).toContain(
      'calculated wrongly',
    );
  });

  it('differs by number, package and payment form, and tells no number', async () => {
    const line = settlementLineOf(sold, 'registration', {
      msisdn: internalPurchase('x', { msisdn: '84912345678' as InternalPurchase['msisdn'] }).msisdn,
      package: 'D90X' as InternalPurchase['package'],
      paymentForm: 'prepaid',
    });
    const report = await day([sold], { day: [line] });
    expect(kinds(report)).toEqual(['package_differs', 'payment_form_differs', 'number_differs']);
    expect(JSON.stringify(report)).not.toMatch(/84901234567|84912345678/);
  });

  it('is sold here and undone there, with its whole value at stake', async () => {
    const lines = settlementLinesOf(sold).map((line) => ({ ...line, state: 'reversed' as const }));
    const report = await day([sold], { day: lines });
    expect(kinds(report)).toEqual(['state_differs']);
    expect(report.breaks[0]).toMatchObject({ atStake: 90_000, difference: { gross: 90_000 } });
  });
});

describe('a purchase that came to nothing here and was charged there', () => {
  const undone = internalPurchase('undone', { state: 'rolled_back', refundNotice: 'due' });
  const lines = settlementLinesOf(internalPurchase('undone'));

  it('is a difference of state as long as nobody knows of the refund', async () => {
    const report = await day([undone], { day: lines });
    expect(kinds(report)).toEqual(['state_differs']);
    expect(report.totals.refunds.chargedAllTheSame).toEqual({ count: 1, amount: 90_000 });
  });

  it('is refunded and yet charged when its history tells that the notice was delivered', async () => {
    const evidence = { workflowId: 'purchase:app:undone', eventIds: [23, 29], webUiLink: 'http://ui/undone' };
    const history: HistoryReader = {
      read: () => Promise.resolve({ evidence, refundNotice: 'delivered' }),
    };
    const report = await day([undone], { day: lines }, { history });
    expect(kinds(report)).toEqual(['refund_noticed_yet_charged']);
    expect(report.breaks[0]?.evidence).toEqual(evidence);
  });
});

describe('a registration without a charge', () => {
  const registrationOf = (ours: InternalPurchase) =>
    settlementLinesOf(ours).filter(({ kind }) => kind === 'registration');

  it('is reported whether it was sold here, came to nothing here or is not known here', async () => {
    const sold = internalPurchase('sold');
    const undone = internalPurchase('undone', { state: 'rolled_back' });
    const ghost = internalPurchase('ghost');
    const forgotten = { ...settlementLineOf(undone, 'registration'), discountAmount: vnd(0) };
    const report = await day([sold, undone], {
      day: [...registrationOf(sold), forgotten, ...registrationOf(ghost)],
    });
    expect(kinds(report)).toEqual(Array(3).fill('registered_never_charged'));
    expect(report.totals.difference.gross).toBe(90_000);
  });
});

describe('what stands twice', () => {
  const sold = internalPurchase('sold');

  it('is a duplicate in the file under the same reference, and a duplicate charge under another', async () => {
    const lines = settlementLinesOf(sold);
    const again = settlementLineOf(sold, 'charge');
    const second = settlementLineOf(sold, 'charge', { reference: 'MF-second', at: sold.acceptedAt + 900 });
    const report = await day([sold], { day: [...lines, again, second] });
    expect(report.breaks.map(({ kind, references }) => [kind, references])).toEqual([
      ['duplicate_charge', ['MF-second']],
      ['duplicate_in_file', ['MF-sold-charge']],
    ]);
    expect(report.totals.difference.gross).toBe(-180_000);
  });

  it('is told as well when the second is in the next day’s file', async () => {
    const lines = settlementLinesOf(sold);
    const report = await day([sold], { day: lines, last_day: lines }, { day: NEXT_DAY });
    expect(kinds(report)).toEqual(['duplicate_in_file']);
  });
});

describe('a sale near midnight', () => {
  const late = internalPurchase('late', { acceptedAt: MIDNIGHT - 2000, closedAt: MIDNIGHT + 1000 });
  const lines = settlementLinesOf(late);

  it('is awaited in the next day’s file, and evens out with it', async () => {
    const today = await day([late], { day: [] });
    expect(today).toMatchObject({ clean: true, carryOver: [late.purchaseId] });
    expect(kinds(today)).toEqual(['cut_off']);

    const carriedOver = [late.purchaseId];
    const tomorrow = await day([late], { day: lines }, { day: NEXT_DAY, carriedOver });
    expect(kinds(tomorrow)).toEqual(['cut_off']);
    expect(tomorrow).toMatchObject({ clean: true, carryOver: [] });
    const both = today.totals.difference.payable + tomorrow.totals.difference.payable;
    expect(both).toBe(0);
  });

  it('is missing when the next day’s file does not have it either', async () => {
    const known = await day([late], { day: [], next_day: [] });
    expect(kinds(known)).toEqual(['missing_there']);
    const tomorrow = await day([late], { day: [] }, { day: NEXT_DAY, carriedOver: [late.purchaseId] });
    expect(kinds(tomorrow)).toEqual(['missing_there']);
    expect(tomorrow.breaks[0]?.atStake).toBe(90_000);
  });

  it('is not awaited when it was over long before', async () => {
    expect(kinds(await day([internalPurchase('early')], { day: [] }))).toEqual(['missing_there']);
  });

  it('is found in the last day’s file when MobiFone’s clock was behind', async () => {
    const early = internalPurchase('early', {
      acceptedAt: MIDNIGHT + 100,
      closedAt: MIDNIGHT + 900,
      day: NEXT_DAY,
    });
    const report = await day([early], { day: [], last_day: settlementLinesOf(early) }, { day: NEXT_DAY });
    expect(kinds(report)).toEqual(['cut_off']);
    expect(report.carryOver).toEqual([]);
  });

  it('may be charged on one day and given back on the next', async () => {
    const undone = { ...late, state: 'rolled_back' as const };
    const rollback = settlementLineOf(undone, 'rollback', { at: MIDNIGHT + 500 });
    const today = await day([undone], { day: lines });
    const tomorrow = await day(
      [undone],
      { day: [rollback], last_day: lines },
      { day: NEXT_DAY, carriedOver: today.carryOver as InternalPurchase['purchaseId'][] },
    );
    expect([kinds(today), kinds(tomorrow)]).toEqual([['cut_off'], ['cut_off']]);
    expect(today.totals.difference.gross + tomorrow.totals.difference.gross).toBe(0);
  });

  it('is a break when what was to be given back never was', async () => {
    const undone = { ...late, state: 'rolled_back' as const };
    const tomorrow = await day([undone], { day: [] }, { day: NEXT_DAY, carriedOver: [undone.purchaseId] });
    expect(kinds(tomorrow)).toEqual(['state_differs']);
  });
});

describe('what MobiFone settles or corrects late', () => {
  it('is told from a loss when the purchase counts to an earlier day', async () => {
    const old = internalPurchase('old', { day: daysAfter(DAY, -5) });
    const filesOf = (of: LocalDay) =>
      Promise.resolve([{ role: 'other_day' as const, of, source: source([]) }]);
    const report = await day([old], { day: settlementLinesOf(old) }, { filesOf });
    expect(kinds(report)).toEqual(['late_correction']);
    expect(report.clean).toBe(true);
    expect(report.files.map(({ role, of }) => [role, of])).toEqual([
      ['day', undefined],
      ...[-5, -4, -3, -2, -1].map((days) => ['other_day', daysAfter(DAY, days)]),
    ]);
  });

  it('takes the place of the line that it corrects, and of all copies of it', async () => {
    const sold = internalPurchase('sold');
    const [registration, wrong] = chargedAs(sold, { amount: vnd(9000), discountAmount: vnd(585) });
    if (!registration || !wrong) throw new Error('a sale has two lines');
    const report = await day([sold], {
      day: [registration, wrong, wrong],
      correction: [settlementLineOf(sold, 'charge')],
    });
    expect(kinds(report)).toEqual(['late_correction']);
    expect(report.breaks[0]?.atStake).toBe(72_000);
    expect(report.totals.difference).toEqual(nothing);
  });

  it('withdraws a line', async () => {
    const ghost = settlementLineOf(internalPurchase('ghost'), 'charge');
    const report = await day([], { day: [ghost], correction: [{ ...ghost, state: 'void' }] });
    expect(report).toMatchObject({ clean: true, totals: { difference: nothing } });
  });
});

describe('a purchase that is still open here', () => {
  it('is told as open, whatever MobiFone has of it', async () => {
    const open = internalPurchase('open', { state: 'charging', closedAt: null, needsAttention: true });
    const report = await day([open], { day: settlementLinesOf(internalPurchase('open')) });
    expect(kinds(report)).toEqual(['open_here']);
    expect(report.breaks[0]).toMatchObject({ nature: 'open', difference: { gross: -90_000 } });
    expect(report.clean).toBe(false);
  });
});

describe('a tolerance', () => {
  const sold = internalPurchase('sold');
  const off = (by: number) => chargedAs(sold, { discountAmount: vnd(5850 - by) });

  it('lets small differences pass, and still adds them up', async () => {
    const report = await day([sold], { day: off(5) }, { tolerance: 5 });
    expect(report).toMatchObject({ clean: true, tolerated: { count: 1, discount: 5, payable: -5 } });
  });

  it('lets nothing pass that is larger by one đồng', async () => {
    expect(kinds(await day([sold], { day: off(6) }, { tolerance: 5 }))).toEqual(['discount_differs']);
  });

  it('is of amounts as of discounts, in both directions, and shows in the statement', async () => {
    const dearer = internalPurchase('dearer');
    const cheaper = internalPurchase('cheaper');
    const lines = [
      ...chargedAs(dearer, { amount: vnd(90_003) }),
      ...chargedAs(cheaper, { amount: vnd(89_999) }),
    ];
    const report = await day([dearer, cheaper], { day: lines }, { tolerance: 3 });
    expect(report).toMatchObject({
      clean: true,
      tolerated: { count: 2, gross: -2, payable: -2 },
      totals: { difference: { gross: -2 } },
      unexplained: { gross: 0, discount: 0, payable: 0 },
    });
    const page = statementHtml(report, 'en', undefined).replaceAll(/<\/?span[^>]*>/g, '');
    expect(page).toContain('Both sides agree within the tolerance.');
    expect(page).toContain('<td>Differences within the tolerance (count, payable)</td><td>2</td><td>−2</td>');
  });

  it('never lets a sale pass that is missing, or a rate that is wrong by nothing, whatever its size', async () => {
    const otherRate = chargedAs(sold, { discountRateBasisPoints: 651 });
    expect(kinds(await day([sold], {}, { tolerance: 999_999 }))).toEqual(['missing_there']);
    expect(kinds(await day([sold], { day: otherRate }, { tolerance: 999_999 }))).toEqual([
      'discount_differs',
    ]);
  });

  describe('with a bound to what it may come to in a day', () => {
    const dearer = internalPurchase('dearer');
    const cheaper = internalPurchase('cheaper');
    const lines = [
      ...chargedAs(dearer, { amount: vnd(90_003) }),
      ...chargedAs(cheaper, { amount: vnd(89_998) }),
    ];
    const within = (toleranceTotal: number) =>
      day([dearer, cheaper], { day: lines }, { tolerance: 3, toleranceTotal });

    it('lets differences pass that come to the bound, added up without regard to sign', async () => {
      expect(await within(5)).toMatchObject({ clean: true, tolerated: { count: 2, gross: -1 } });
    });

    it('lets none of them pass when they come to more: many small ones are no small one', async () => {
      const report = await within(4);
      expect(report).toMatchObject({ clean: false, tolerated: { count: 0, gross: 0 } });
      expect(kinds(report)).toEqual(['amount_differs', 'amount_differs']);
      expect(report.settings).toEqual({ cutOffMinutes: 30, tolerance: 3, toleranceTotal: 4 });
    });
  });
});

describe('a registration under the second id, which only a case sends', () => {
  const prepaid = internalPurchase('again', { paymentForm: 'prepaid' });
  const second = { transactionId: transactionId(prepaid.purchaseId, 'registration-2') };
  const again = settlementLineOf(prepaid, 'registration', { ...second, reference: 'MF-again' });
  const undone = settlementLineOf(prepaid, 'registration', { state: 'reversed' });
  const historyWith = (...states: CaseState[]): HistoryReader => ({
    read: () =>
      Promise.resolve({
        evidence: {
          workflowId: 'purchase',
          eventIds: [],
          webUiLink: null,
          cases: states.map((state, at) => ({ id: `case-${at}` as CaseId, state, webUiLink: null })),
        },
        refundNotice: 'not_due',
      }),
  });

  it.each([
    ['alone', [again]],
    ['beside the first, which is undone', [undone, again]],
    [
      'undone, beside the first',
      [settlementLineOf(prepaid, 'registration'), { ...again, state: 'reversed' as const }],
    ],
  ])('is a break where no case registered the package again: %s', async (_, lines) => {
    for (const history of [historyWith(), historyWith('open', 'refunded', 'closed', 'rejected')]) {
      const report = await day([prepaid], { day: lines }, { history });
      expect(kinds(report)).toEqual(['second_registration_unknown']);
      expect(report.breaks[0]).toMatchObject({
        references: ['MF-again'],
        atStake: 90_000,
        difference: nothing,
      });
      expect(report.clean).toBe(false);
    }
  });

  it('is a break of the records, not of money, where no case could be looked for', async () => {
    const withoutCases: HistoryReader = {
      read: () =>
        Promise.resolve({
          evidence: { workflowId: 'purchase', eventIds: [], webUiLink: null },
          refundNotice: 'not_due',
        }),
    };
    for (const run of [{}, { history: withoutCases }]) {
      const report = await day([prepaid], { day: [undone, again] }, run);
      expect(report.breaks).toMatchObject([
        { kind: 'second_registration_unproven', nature: 'record', detail: 'no case could be looked for' },
      ]);
      expect(report.clean).toBe(false);
    }
  });

  it.each(['re_registering', 're_registered'] as const)('is the sale’s where a case is %s', async (state) => {
    const history = historyWith('closed', state);
    expect(await day([prepaid], { day: [undone, again] }, { history })).toMatchObject({
      clean: true,
      breaks: [],
    });
  });

  it('is one too many beside the first all the same', async () => {
    const both = [settlementLineOf(prepaid, 'registration'), again];
    expect(kinds(await day([prepaid], { day: both }, { history: historyWith('re_registered') }))).toEqual([
      'duplicate_charge',
    ]);
  });

  it('is a break of a postpaid sale as well', async () => {
    const sold = internalPurchase('sold');
    const other = settlementLineOf(sold, 'registration', {
      transactionId: transactionId(sold.purchaseId, 'registration-2'),
      discountRateBasisPoints: 0,
      discountAmount: vnd(0),
    });
    const files = { day: [other, settlementLineOf(sold, 'charge')] };
    expect(kinds(await day([sold], files, { history: historyWith() }))).toEqual([
      'second_registration_unknown',
    ]);
  });
});
