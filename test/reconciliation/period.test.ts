import { periodAccount } from '../../reconciliation/period/period';
import type { NamedInput } from '../../reconciliation/reading';
import { DEFAULT_SETTINGS } from '../../reconciliation/reconcile';
import { transactionId, type CaseId } from '../../domain/identifiers';
import { daysAfter, type LocalDay } from '../../domain/local-time';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { syntheticMonth, type SyntheticMonth } from './synthetic-month';
import {
  DAY,
  internalPurchase,
  internalSide,
  nothing,
  settlementLineOf,
  settlementLinesOf,
  source,
} from './synthetic-day';

/** So many synthetic months; more on demand. */
const MONTHS = Number(process.env['RECONCILIATION_MONTHS'] ?? 500);
const NEXT_DAY = daysAfter(DAY, 1);
const THIRD_DAY = daysAfter(DAY, 2);

type Files = ReadonlyMap<LocalDay, readonly SettlementLine[]>;

function filesIn(files: Files, corrections: Files = new Map()) {
  return (of: LocalDay): Promise<NamedInput[]> => {
    const lines = files.get(of);
    if (!lines) return Promise.resolve([]);
    const correction = corrections.get(of);
    return Promise.resolve([
      { role: 'other_day', of, source: source(lines) },
      ...(correction ? [{ role: 'correction' as const, of, source: source(correction) }] : []),
    ]);
  };
}

function accountOf({ purchases, files, corrections, from, to }: Omit<SyntheticMonth, 'breaks' | 'timing'>) {
  return periodAccount({
    from,
    to,
    internal: internalSide(purchases),
    filesOf: filesIn(files, corrections),
    settings: DEFAULT_SETTINGS,
  });
}

const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);

/** What MobiFone's files come to by the contract: charges and prepaid registrations, less what was given back. */
function grossOf({ files, corrections }: Pick<SyntheticMonth, 'files' | 'corrections'>): number {
  const lines = [...files].flatMap(([day, all]) => {
    const corrected = corrections.get(day) ?? [];
    const references = new Set(corrected.map(({ reference }) => reference));
    return [...all.filter(({ reference }) => !references.has(reference)), ...corrected];
  });
  return sumOf(
    lines
      .filter(({ state }) => state === 'done')
      .map(({ kind, paymentForm, amount }) => {
        if (kind === 'rollback') return 0 - amount;
        return kind === 'charge' || paymentForm === 'prepaid' ? amount : 0;
      }),
  );
}

describe('months with lines moved, repeated and sent again between days', () => {
  it(
    'are accounted for with exactly what was done to them, and to the đồng',
    async () => {
      for (let seed = 1; seed <= MONTHS; seed += 1) {
        const month = syntheticMonth(seed);
        const account = await accountOf(month);
        const ours = sumOf(
          month.purchases.map(({ state, faceValue }) => (state === 'succeeded' ? faceValue : 0)),
        );
        const theirs = grossOf(month);
        const orderOf = new Map(
          month.purchases.map(({ purchaseId, externalId }) => [purchaseId as string, externalId]),
        );
        const named = account.breaks.map(({ kind, day, purchaseId, difference }) => {
          const order = orderOf.get(purchaseId) ?? 'ghost';
          return `${kind} ${day} ${order} ${difference.gross}`;
        });
        const seeded = month.breaks.map(({ kind, day, order, gross }) =>
          [kind, day, kind === 'charged_not_here' ? 'ghost' : order, gross].join(' '),
        );
        const between = account.timing.map(({ day, otherDay, state, purchaseId }) =>
          [orderOf.get(purchaseId), day, otherDay, state].join(' '),
        );
        const moved = month.timing.flatMap(({ order, days: [one, other] }) => [
          [order, one, other, 'matched'].join(' '),
          [order, other, one, 'matched'].join(' '),
        ]);
        expect({ seed, named: named.toSorted() }).toEqual({ seed, named: seeded.toSorted() });
        expect({ seed, between: between.toSorted() }).toEqual({ seed, between: moved.toSorted() });
        expect({
          seed,
          unexplained: account.days.filter(({ unexplained }) => unexplained.gross !== 0),
        }).toEqual({
          seed,
          unexplained: [],
        });
        expect(account).toMatchObject({
          agent: { opening: nothing, movement: { gross: ours }, closing: { gross: ours } },
          mobifone: { movement: { gross: theirs }, closing: { gross: theirs } },
          difference: { movement: { gross: ours - theirs } },
          explained: { timing: nothing },
          unexplained: nothing,
          sums: { agree: true },
          clean: month.breaks.length === 0,
        });
      }
    },
    MONTHS * 5000,
  ); // a tenth of this on an idle machine
});

describe('a period’s account', () => {
  const sold = internalPurchase('sold');
  const later = internalPurchase('later', { day: NEXT_DAY, acceptedAt: sold.acceptedAt + 86_400_000 });
  const both = (files: Files, differently: { from?: LocalDay; to?: LocalDay } = {}) =>
    periodAccount({
      from: DAY,
      to: NEXT_DAY,
      internal: internalSide([sold, later]),
      filesOf: filesIn(files),
      settings: DEFAULT_SETTINGS,
      ...differently,
    });

  it('opens each day with what the day before closed with', async () => {
    const account = await both(
      new Map([
        [DAY, settlementLinesOf(sold)],
        [NEXT_DAY, settlementLinesOf(later)],
      ]),
    );
    expect(account.clean).toBe(true);
    expect(account.days.map(({ agent, mobifone }) => [agent.opening.gross, mobifone.closing.gross])).toEqual([
      [0, 90_000],
      [90_000, 180_000],
    ]);
    expect(account.agent.closing).toEqual({ gross: 180_000, discount: 11_700, payable: 168_300 });
  });

  it('leaves a day without a file unexplained, and names it', async () => {
    const account = await both(new Map([[DAY, settlementLinesOf(sold)]]));
    expect(account.days[1]).toMatchObject({
      compared: false,
      unexplained: { gross: 90_000 },
      mobifone: { movement: { gross: 0 } },
    });
    expect(account).toMatchObject({ clean: false, breaks: [] }); // nobody knows yet what the file lacks
  });

  it('has in transit what the day after the period has of it, and names both days', async () => {
    const account = await both(
      new Map([
        [DAY, settlementLinesOf(sold)],
        [NEXT_DAY, []],
        [THIRD_DAY, settlementLinesOf(later)],
      ]),
    );
    expect(account).toMatchObject({
      clean: true,
      inTransit: { gross: 90_000 },
      difference: { movement: { gross: 90_000 } },
      timing: [{ day: NEXT_DAY, otherDay: THIRD_DAY, state: 'in_transit' }],
    });
  });

  it('calls a line for a sale from before the period timing only if the files from that day on miss it', async () => {
    const early = internalPurchase('early', { day: daysAfter(DAY, -3) });
    const account = (files: Files) =>
      periodAccount({
        from: DAY,
        to: DAY,
        internal: internalSide([early]),
        filesOf: filesIn(files),
        settings: DEFAULT_SETTINGS,
      });
    const days = [-3, -2, -1].map((before) => daysAfter(DAY, before));
    const empty = days.map((day): [LocalDay, SettlementLine[]] => [day, []]);
    const own: [LocalDay, SettlementLine[]] = [DAY, settlementLinesOf(early)];
    expect(await account(new Map([...empty, own]))).toMatchObject({ clean: true, breaks: [] });
    expect(await account(new Map([...empty.slice(1), own]))).toMatchObject({
      breaks: [{ kind: 'other_day_unproven' }],
    });
    const twice = new Map([...empty, own, [daysAfter(DAY, -2), settlementLinesOf(early)] as const]);
    expect(await account(twice)).toMatchObject({ breaks: [{ kind: 'duplicate_in_file' }] });
  });

  it('goes on from the balances of the account before', async () => {
    const opening = {
      agent: { gross: 500, discount: 50, payable: 450 },
      mobifone: { gross: 400, discount: 40, payable: 360 },
    };
    const account = await periodAccount({
      from: DAY,
      to: DAY,
      internal: internalSide([sold]),
      filesOf: filesIn(new Map([[DAY, settlementLinesOf(sold)]])),
      settings: DEFAULT_SETTINGS,
      opening,
    });
    expect(account).toMatchObject({
      agent: { opening: opening.agent, closing: { payable: 84_600 } },
      mobifone: { closing: { payable: 84_510 } },
      difference: { opening: { payable: 90 }, movement: nothing, closing: { payable: 90 } },
    });
  });

  it('gives a break the same id, whatever the period, and another on another day', async () => {
    const files = new Map([
      [DAY, [settlementLineOf(sold, 'registration')]],
      [NEXT_DAY, []],
    ]);
    const whole = await both(files);
    const single = await both(files, { from: NEXT_DAY });
    const ids = whole.breaks.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids[0]).toMatch(/^brk_[a-z2-7]{16}$/);
    expect(single.breaks.map(({ id }) => id)).toEqual(
      whole.breaks.filter(({ day }) => day === NEXT_DAY).map(({ id }) => id),
    );
  });
});

describe('a period with a package that a case registered again', () => {
  const sold = internalPurchase('again', { paymentForm: 'prepaid' });
  const again = settlementLineOf(sold, 'registration', {
    transactionId: transactionId(sold.purchaseId, 'registration-2'),
  });
  const evidence = {
    workflowId: 'purchase',
    eventIds: [],
    webUiLink: null,
    cases: [{ id: 'case' as CaseId, state: 're_registered' as const, webUiLink: null }],
  };
  const read = jest.fn(() => Promise.resolve({ evidence, refundNotice: 'not_due' as const }));
  beforeEach(() => void read.mockClear());
  const account = (files: Files) =>
    periodAccount({
      from: DAY,
      to: DAY,
      internal: internalSide([sold]),
      filesOf: filesIn(files),
      settings: DEFAULT_SETTINGS,
      history: { read },
    });

  it('is clean, as the day by itself is', async () => {
    expect(await account(new Map([[DAY, [again]]]))).toMatchObject({
      clean: true,
      breaks: [],
      unexplained: nothing,
    });
  });

  it('opens no history for a day without a file, of which nothing is known to be missing', async () => {
    await account(new Map());
    expect(read).not.toHaveBeenCalled();
  });
});
