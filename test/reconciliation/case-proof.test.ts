import { caseProof } from '../../reconciliation/case-proof';
import type { Pair } from '../../reconciliation/comparison';
import { money } from '../../reconciliation/money';
import { caseCard, type CaseCard, type CaseEvidence, type CaseSubject } from '../../domain/case/case';
import { caseId } from '../../domain/identifiers';
import { daysAfter } from '../../domain/local-time';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { vnd } from '../../domain/vnd';
import { anOrder } from '../support/orders';
import { DAY, internalPurchase, settlementLineOf } from './synthetic-day';

const LATER = daysAfter(DAY, 5);
const FREE = { discountRateBasisPoints: 0, discountAmount: vnd(0) };
const ours = internalPurchase('one');
const charge = settlementLineOf(ours, 'charge');
const rollback = settlementLineOf(ours, 'rollback');
const freeRollback = settlementLineOf(ours, 'rollback', { ...FREE, amount: vnd(0) });

function card(subject: CaseSubject, breakKind: CaseEvidence['breakKind']): CaseCard {
  const purchase = { ...anOrder(), purchaseId: ours.purchaseId };
  return caseCard({
    id: caseId(ours.purchaseId, subject),
    subject,
    purchase,
    outcome: ours.state === 'succeeded' ? 'succeeded' : 'rolled_back',
    evidence: {
      day: DAY,
      breakKind,
      atStake: vnd(90_000),
      references: [],
      detail: '',
      settlementFile: 'ab'.repeat(32),
    },
    openedAt: '2026-11-24T03:05:00.000Z',
    by: 'lan',
    why: 'found',
  });
}

function pair(lines: readonly SettlementLine[], differently: Partial<Pair> = {}): Pair {
  return {
    purchaseId: ours.purchaseId,
    internal: ours,
    lines,
    elsewhere: [],
    idleWithdrawals: [],
    shared: [],
    correctedBy: undefined,
    carriedOver: false,
    carriedStake: 0,
    ...differently,
  };
}

const reversal = (breakKind: CaseEvidence['breakKind']) =>
  card({ kind: 'reversal', reference: charge.reference }, breakKind);
const makeGood = card({ kind: 'make_good' }, 'missing_there');
const withdrawn = { correctedBy: money(-90_000, -5850) };

describe('a reversal that MobiFone has made', () => {
  it.each<[string, CaseCard, Pair, string]>([
    ['its line is reversed', reversal('duplicate_charge'), pair([{ ...charge, state: 'reversed' }]), DAY],
    ['a correction file withdrew it', reversal('duplicate_charge'), pair([], withdrawn), DAY],
    ['a later day’s rollback gives it back', reversal('refund_noticed_yet_charged'), pair([rollback]), LATER],
    ['the registration was undone', reversal('registered_never_charged'), pair([freeRollback]), LATER],
  ])('is told by the files where %s', (_, about, sides, day) => {
    expect(caseProof(about, sides, day)).toMatch(/MobiFone’s line MF-one-/);
  });

  it.each<[string, CaseCard, Pair, string]>([
    ['its line still stands', reversal('refund_noticed_yet_charged'), pair([charge, rollback]), DAY],
    [
      'it still stands in a neighbouring file',
      reversal('state_differs'),
      pair([rollback], { elsewhere: [{ day: daysAfter(DAY, -1), lines: [charge] }] }),
      DAY,
    ],
    ['its line is merely not there: the file may be cut short', reversal('state_differs'), pair([]), DAY],
    [
      'a correction was about something else',
      reversal('state_differs'),
      pair([], { correctedBy: money(-1, 0) }),
      DAY,
    ],
    ['another day was corrected', reversal('state_differs'), pair([], withdrawn), LATER],
    ['a rollback gave back another amount', reversal('state_differs'), pair([freeRollback]), LATER],
    ['a rollback may mean the other charge', reversal('duplicate_charge'), pair([rollback]), LATER],
  ])('is not told where %s', (_, about, sides, day) => {
    expect(caseProof(about, sides, day)).toBeUndefined();
  });
});

describe('a sale that MobiFone has after all', () => {
  it('is told by its one line', () => {
    expect(caseProof(makeGood, pair([charge]), LATER)).toContain(charge.reference);
  });

  it.each<[string, SettlementLine[]]>([
    ['no line', []],
    ['another amount', [settlementLineOf(ours, 'charge', { amount: vnd(10_000) })]],
    ['a reversed line', [{ ...charge, state: 'reversed' }]],
    ['a withdrawn line', [{ ...charge, state: 'void' }]],
    ['a rollback beside it', [charge, freeRollback]],
    ['two charges', [charge, { ...charge, reference: 'MF-again' }]],
    ['a registration alone', [settlementLineOf(ours, 'registration', FREE)]],
  ])('is not told by %s', (_, lines) => {
    expect(caseProof(makeGood, pair(lines), DAY)).toBeUndefined();
  });
});
