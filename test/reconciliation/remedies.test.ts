import { derivePurchaseId } from '../../client/purchase-id';
import { remediesOf, type Remedy, type RemedyFacts } from '../../reconciliation/remedies';
import type { Break } from '../../reconciliation/report';
import type { InternalPurchase } from '../../reconciliation/internal-purchase';
import type { AttentionReason } from '../../domain/purchase/attention';
import { BREAK_KIND_NAMES, BREAK_KINDS } from '../../domain/reconciliation/breaks';
import type { CaseState } from '../../domain/case/case';
import { caseId, channelName, externalId } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import { daysAfter, localDayStart } from '../../domain/local-time';
import type { Purchase } from '../../domain/purchase/purchase';
import { acceptedPurchase } from '../../domain/purchase/purchase';
import type { PurchaseState } from '../../domain/purchase/states';
import type { PurchaseStep } from '../../domain/purchase/steps';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { vnd } from '../../domain/vnd';
import { anOrder } from '../support/orders';
import { DAY, internalPurchase, reconciled, settlementLineOf, settlementLinesOf } from './synthetic-day';

const NEXT_DAY = daysAfter(DAY, 1);
const TEN = localDayStart(DAY) + 10 * 3_600_000;
const FREE = { discountRateBasisPoints: 0, discountAmount: vnd(0) };

/** A purchase that needs attention in one step, as its worker tells it. */
function stuckAt(
  step: PurchaseStep,
  state: PurchaseState,
  startedAt = TEN,
  reason: AttentionReason = 'no_answer',
): Purchase {
  const at = new Date(startedAt).toISOString();
  return {
    ...acceptedPurchase(anOrder()),
    state,
    steps: [{ step, status: 'running', startedAt: at }],
    attention: { step, reason, since: at, detail: 'no reply' },
  };
}

function stuck(state: PurchaseState, differently: Partial<InternalPurchase> = {}): InternalPurchase {
  return internalPurchase('stuck', { state, closedAt: null, needsAttention: true, ...differently });
}

interface Files {
  day: SettlementLine[];
  next_day?: SettlementLine[];
}

/** The remedies of the one purchase that a day is about. */
async function remedies(
  ours: InternalPurchase | undefined,
  files: Files,
  purchase?: Purchase,
  facts: Partial<RemedyFacts> = {},
  cases: Break['cases'] = [],
): Promise<Remedy[]> {
  const report = await reconciled(ours ? [ours] : [], { ...files }, { cutOffMinutes: 0 });
  return report.breaks.flatMap((row) =>
    remediesOf(
      { ...row, cases },
      {
        day: DAY,
        complete: true,
        settlementFile: 'file',
        nextDayKnown: files.next_day !== undefined,
        alone: report.breaks.length === 1,
        purchase,
        ...facts,
      },
    ),
  );
}

const nothingBecause = (text: string) => [{ kind: 'none', because: expect.stringContaining(text) as string }];
const decided = (decision: string, line = '') => [
  { kind: 'decide', decision, because: expect.stringContaining(line) as string },
];

describe('a charge that is unknown here', () => {
  const ours = stuck('charging');
  const registration = settlementLineOf(ours, 'registration', FREE);
  const charge = settlementLineOf(ours, 'charge');
  const purchase = stuckAt('charge', 'charging');

  it('was done where the file has it and nothing undoes it; the reason names the line', async () => {
    expect(await remedies(ours, { day: [registration, charge] }, purchase)).toEqual(
      decided('charge_was_done', charge.reference),
    );
  });

  it('was done where the next day’s file has it', async () => {
    expect(await remedies(ours, { day: [registration], next_day: [charge] }, purchase)).toEqual(
      decided('charge_was_done', charge.reference),
    );
  });

  it('was not done where neither its day’s file nor the next day’s has it', async () => {
    expect(await remedies(ours, { day: [registration], next_day: [] }, purchase)).toEqual(
      decided('charge_was_not_done'),
    );
  });

  it.each<[string, Files, string, Purchase?, Partial<RemedyFacts>?]>([
    ['the next day’s file is not there', { day: [registration] }, 'another day’s file'],
    [
      'it was sent on another day than the file’s',
      { day: [registration], next_day: [] },
      'another day’s file',
      stuckAt('charge', 'charging', localDayStart(NEXT_DAY) + 1),
    ],
    [
      'a line could not be read',
      { day: [registration], next_day: [] },
      'unusable line',
      purchase,
      { complete: false },
    ],
    [
      'another amount was charged',
      { day: [settlementLineOf(ours, 'charge', { amount: vnd(10_000) })] },
      'another amount',
    ],
    [
      'it was charged and undone',
      {
        day: [
          registration,
          settlementLineOf(ours, 'charge', { state: 'reversed' }),
          settlementLineOf(ours, 'rollback', { ...FREE, amount: vnd(0) }),
        ],
      },
      'undid the charge',
    ],
    [
      'it was charged, and something rolled back',
      { day: [charge, settlementLineOf(ours, 'rollback', { ...FREE, amount: vnd(0) })] },
      'undid the charge',
    ],
    [
      'the next day undoes it',
      { day: [charge], next_day: [settlementLineOf(ours, 'rollback')] },
      'undid the charge',
    ],
    [
      'it was charged for another subscriber',
      { day: [settlementLineOf(ours, 'charge', { msisdn: msisdn('84901234568') })] },
      'another break as well',
    ],
    [
      'the next day has it for another subscriber',
      {
        day: [registration],
        next_day: [settlementLineOf(ours, 'charge', { msisdn: msisdn('84981234567') })],
      },
      'another package or subscriber',
    ],
    ['no worker tells what it needs', { day: [charge] }, 'no worker answers', undefined],
  ])('is not settled by the file where %s', async (...[, files, because, now, facts]) => {
    const asked = because === 'no worker answers' ? undefined : (now ?? purchase);
    const found = await remedies(ours, files, asked, facts);
    expect(found.slice(-1)).toEqual(nothingBecause(because));
  });

  it('is not settled where it was charged twice', async () => {
    const twice = [charge, { ...charge, reference: 'MF-again' }];
    expect((await remedies(ours, { day: twice }, purchase, { alone: true })).at(-1)).toEqual(
      nothingBecause('more than once')[0],
    );
  });

  it('is left alone while nobody is needed', async () => {
    const working = { ...ours, needsAttention: false };
    expect(await remedies(working, { day: [charge] }, purchase)).toEqual(nothingBecause('needs no decision'));
  });

  it('is not settled by a command where the workflow was ended from outside', async () => {
    const terminated = { ...ours, closedAt: TEN };
    expect(await remedies(terminated, { day: [charge] }, purchase)).toEqual(
      nothingBecause('ended from outside'),
    );
  });
});

describe('a rollback that is stuck', () => {
  const ours = stuck('rolling_back');
  const reversed = settlementLineOf(ours, 'registration', { ...FREE, state: 'reversed' });
  const rollback = settlementLineOf(ours, 'rollback', { ...FREE, amount: vnd(0) });
  const purchase = stuckAt('rollback', 'rolling_back');

  it('was done by hand where the file has the rollback and nothing stands', async () => {
    expect(await remedies(ours, { day: [reversed, rollback] }, purchase)).toEqual(
      decided('rollback_done_by_hand', rollback.reference),
    );
    expect(await remedies(ours, { day: [reversed] }, purchase)).toEqual(
      decided('rollback_done_by_hand', reversed.reference),
    );
  });

  it('goes on while the registration or a charge stands at MobiFone, or the file is silent', async () => {
    const standing = settlementLineOf(ours, 'registration', FREE);
    expect(await remedies(ours, { day: [standing, rollback] }, purchase)).toEqual(nothingBecause('goes on'));
    expect(await remedies(ours, { day: [settlementLineOf(ours, 'charge'), rollback] }, purchase)).toEqual(
      nothingBecause('goes on'),
    );
    expect(await remedies(ours, { day: [] }, purchase)).toEqual(nothingBecause('does not show'));
  });
});

describe('a registration that is unknown here', () => {
  const ours = stuck('registering', { paymentForm: 'prepaid' });
  const purchase = stuckAt('register', 'registering');

  it('is asked about again where MobiFone’s file has it', async () => {
    const line = settlementLineOf(ours, 'registration');
    expect(await remedies(ours, { day: [line] }, purchase)).toEqual(decided('retry_now', line.reference));
  });

  it('goes on where the file has none', async () => {
    expect(await remedies(ours, { day: [], next_day: [] }, purchase)).toEqual(nothingBecause('keeps trying'));
  });
});

describe('a step of which the settlement file knows nothing', () => {
  it('is left to its call for attention', async () => {
    const ours = stuck('rolling_back');
    const notice = stuckAt('refund_notice', 'rolling_back', TEN, 'channel_unreachable');
    expect(await remedies(ours, { day: [] }, notice)).toEqual(
      nothingBecause('nothing about the refund_notice'),
    );
  });
});

describe('a purchase that is over and wrong', () => {
  const sold = internalPurchase('sold');
  const undone = internalPurchase('undone', { state: 'rolled_back', refundNotice: 'due' });
  const MAKE_GOOD = { kind: 'make_good' };
  const reversalOf = (reference: string) => ({ kind: 'reversal', reference });
  const charge = settlementLineOf(undone, 'charge');
  const again = settlementLineOf(sold, 'charge', { reference: 'MF-again', at: sold.acceptedAt + 900 });

  it.each<[string, InternalPurchase, SettlementLine[], object]>([
    ['missing at MobiFone', sold, [], MAKE_GOOD],
    ['undone at MobiFone', sold, settlementLinesOf({ ...sold, state: 'rolled_back' }), MAKE_GOOD],
    ['charged at MobiFone and not sold', undone, [charge], reversalOf(charge.reference)],
    [
      'refunded and yet charged',
      { ...undone, refundNotice: 'delivered' },
      [charge],
      reversalOf(charge.reference),
    ],
    [
      'registered at MobiFone and not sold',
      undone,
      [settlementLineOf(undone, 'registration', FREE)],
      reversalOf(settlementLineOf(undone, 'registration').reference),
    ],
    ['charged twice', sold, [...settlementLinesOf(sold), again], reversalOf('MF-again')],
  ])('has a case where it is %s', async (_, ours, day, subject) => {
    expect(await remedies(ours, { day })).toEqual([
      { kind: 'open_case', subject, because: expect.any(String) as string },
    ]);
  });

  it('has a case for each charge that is to go', async () => {
    const third = { ...again, reference: 'MF-third' };
    const found = await remedies(sold, { day: [...settlementLinesOf(sold), again, third] });
    expect(found).toMatchObject([{ subject: reversalOf('MF-again') }, { subject: reversalOf('MF-third') }]);
  });

  it('has one case, whether or not it is over: nobody is sent twice', async () => {
    const id = caseId(sold.purchaseId, { kind: 'make_good' });
    for (const state of ['open', 'rejected'] as const) {
      const cases = [{ id, state, webUiLink: null }];
      expect(await remedies(sold, { day: [] }, undefined, {}, cases)).toEqual(
        nothingBecause(`${id} is ${state}`),
      );
    }
  });

  it('has none while its workflow is still at work', async () => {
    expect(await remedies({ ...sold, closedAt: null }, { day: [] })).toEqual(nothingBecause('still running'));
  });

  it('has none where MobiFone’s record alone is to be corrected', async () => {
    expect(await remedies(sold, { day: [settlementLineOf(sold, 'registration', FREE)] })).toEqual(
      nothingBecause('ask MobiFone for the missing charge line'),
    );
    const cheaper = settlementLineOf(sold, 'charge', { amount: vnd(80_000) });
    expect((await remedies(sold, { day: [cheaper] })).map(({ kind }) => kind)).not.toContain('open_case');
  });
});

describe('a break of no purchase of ours', () => {
  it('is for MobiFone to explain', async () => {
    const theirs = settlementLinesOf(internalPurchase('theirs'));
    expect(await remedies(undefined, { day: theirs })).toEqual(nothingBecause('no matching purchase here'));
  });
});

describe('a finished purchase that a file with unusable lines seems to miss', () => {
  const sold = internalPurchase('sold');
  const undone = internalPurchase('undone', { state: 'rolled_back', refundNotice: 'delivered' });

  it.each([
    ['missing there', sold, []],
    ['charged there', undone, settlementLinesOf(internalPurchase('undone'))],
  ])('gets no case: an unusable line could be its own (%s)', async (_, ours, day) => {
    const found = await remedies(ours, { day }, undefined, { complete: false });
    expect(found).toEqual(nothingBecause('an unusable line of the files could settle it'));
  });
});

describe('a case that was closed', () => {
  const sold = internalPurchase('sold');
  const id = caseId(sold.purchaseId, { kind: 'make_good' });
  const before = (state: CaseState, settlementFile: string) =>
    remedies(sold, { day: [] }, undefined, {}, [{ id, state, webUiLink: null, settlementFile }]);

  it('is opened again by another file, and not by the one that was decided about', async () => {
    expect(await before('closed', 'another')).toMatchObject([
      { kind: 'open_case', because: expect.stringContaining(`${id} was closed before`) as string },
    ]);
    expect(await before('rejected', 'another')).toMatchObject([{ kind: 'open_case' }]);
    expect(await before('closed', 'file')).toEqual(nothingBecause('about the same file'));
  });

  it('is opened again by the same file too, where it was ended from outside before it was over', async () => {
    const link = { id, state: 'refunding', cutOff: true, webUiLink: null, settlementFile: 'file' } as const;
    expect(await remedies(sold, { day: [] }, undefined, {}, [link])).toMatchObject([
      {
        kind: 'open_case',
        because: expect.stringContaining(`${id} was ended from outside while refunding`) as string,
      },
    ]);
  });

  it('stays closed when it refunded the customer or registered the package again', async () => {
    expect(await before('refunded', 'another')).toEqual(nothingBecause('is refunded'));
    expect(await before('re_registered', 'another')).toEqual(nothingBecause('is re_registered'));
  });
});

describe('every kind of break', () => {
  const id = derivePurchaseId(channelName('app'), externalId('any'));
  it.each(BREAK_KIND_NAMES)(
    '%s has a remedy, or says why it has none, unless it is a matter of time',
    async (kind) => {
      const [row] = (await reconciled([internalPurchase('any')], { day: [] }, { cutOffMinutes: 0 })).breaks;
      if (!row) throw new Error('the purchase must differ');
      const { nature } = BREAK_KINDS[kind];
      const found = remediesOf(
        { ...row, kind, nature, purchaseId: id },
        { day: DAY, complete: true, settlementFile: 'file', nextDayKnown: false, alone: true },
      );
      expect(found).toHaveLength(nature === 'timing' ? 0 : 1);
    },
  );
});
