import type { LedgerEntry, LedgerFact } from '../../sandbox/ledger-entries';
import { judge, messagesRefused, type Testimony } from '../support/judge';

/** A postpaid purchase that succeeded and broke nothing. */
const GOOD: Testimony = {
  externalId: 'order-1',
  paymentForm: 'postpaid',
  outcome: 'succeeded',
  needsAttention: false,
  position: {
    registrations: 1,
    registered: true,
    charges: 1,
    chargesStanding: 1,
    activations: 0,
    activated: false,
    rolledBack: false,
    messages: ['sms-transaction', 'sms-success'],
    noticeIds: [],
  },
  messagesRefused: 0,
  answeredIds: ['pur_1', 'pur_1'],
};

const verdictOn = (change: Partial<Testimony>, position: Partial<Testimony['position']> = {}) =>
  judge({ ...GOOD, ...change, position: { ...GOOD.position, ...position } }).map(
    ({ invariant }) => invariant,
  );

/** Undone and told of. */
const UNDONE = { registered: false, chargesStanding: 0, messages: [], noticeIds: ['refund_1'] };

describe('the judge of the invariants', () => {
  it('finds nothing where nothing is broken', () => {
    expect(verdictOn({})).toEqual([]);
    expect(verdictOn({ outcome: 'rolled_back' }, UNDONE)).toEqual([]);
    expect(verdictOn({ outcome: 'rejected' }, { ...UNDONE, messages: ['sms-rejection'] })).toEqual([]);
    expect(
      verdictOn(
        { paymentForm: 'prepaid' },
        { charges: 0, chargesStanding: 0, activations: 1, activated: true },
      ),
    ).toEqual([]);
  });

  it.each([
    ['a second charge', 'I1', {}, { charges: 2 }],
    ['a charge without a sale', 'I2', { outcome: 'rolled_back' }, { ...UNDONE, chargesStanding: 1 }],
    ['a sale without a charge', 'I2', {}, { charges: 0, chargesStanding: 0 }],
    ['a prepaid sale that was never activated', 'I2', { paymentForm: 'prepaid' }, { charges: 0 }],
    ['a registration that was forgotten', 'I3', { outcome: 'cancelled' }, { ...UNDONE, registered: true }],
    ['a sale without a registration', 'I3', {}, { registered: false }],
    ['a purchase without an outcome', 'I4', { outcome: null }, {}],
    ['a purchase that is over and still calls for a person', 'I4', { needsAttention: true }, {}],
    ['a refund that nobody was told of', 'I5', { outcome: 'rolled_back' }, { ...UNDONE, noticeIds: [] }],
    ['a refund under two ids', 'I5', { outcome: 'rolled_back' }, { ...UNDONE, noticeIds: ['a', 'b'] }],
    ['a refund of a sale', 'I5', {}, { noticeIds: ['refund_1'] }],
    ['a message that was never sent', 'I6', {}, { messages: ['sms-success'] }],
    ['a message that was sent twice', 'I6', {}, { messages: ['sms-success', 'sms-success'] }],
    ['one order that became two purchases', 'I8', { answeredIds: ['pur_1', 'pur_2'] }, {}],
  ] as const)('finds %s', (_, invariant, change, position) => {
    const noticed = verdictOn(change, position as Partial<Testimony['position']>); // the table's rows are parts of one
    expect(noticed).toContain(invariant);
  });

  it('forgives a message that MobiFone refused for good', () => {
    expect(verdictOn({ messagesRefused: 1 }, { messages: ['sms-success'] })).toEqual([]);
  });

  it('counts a message that was refused twice once, and one that was sent after all not at all', () => {
    const refused = (transactionId: string): LedgerFact => ({
      kind: 'refused',
      call: 'sms',
      transactionId,
      code: '1001',
      content: '{}',
    });
    const sent = {
      kind: 'sms_sent',
      msisdn: '84901234567',
      sender: '999',
      text: 'x',
      content: '{}',
    } as const;
    const facts = [
      refused('a.sms-success'),
      refused('a.sms-success'),
      refused('a.sms-transaction'),
      { ...sent, transactionId: 'a.sms-transaction' },
    ];
    const at = '2026-03-01T08:00:00.000Z';
    const entries = facts.map((fact, index): LedgerEntry => ({
      ...fact,
      seq: index + 1,
      at,
      purchaseId: 'a',
    }));
    expect(messagesRefused(entries)).toBe(1);
  });
});
