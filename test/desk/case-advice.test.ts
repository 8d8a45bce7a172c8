import { breakPage } from '../../desk/breaks/break-page';
import { casePage } from '../../desk/cases/case-page';
import { caseInPlainWords } from '../../desk/cases/found';
import type { SignedIn } from '../../desk/visit';
import { WORDS } from '../../desk/words/words';
import { isClosedEvidence, isContradiction, type Case, type CaseState } from '../../domain/case/case';
import type { ClosedEvidence, MobifoneAnswers } from '../../domain/case/closed-evidence';
import { transactionId } from '../../domain/identifiers';
import type { PurchaseStep } from '../../domain/purchase/steps';
import { PurchaseWords } from '../../operators/purchase-words';
import { breaksOf, casesOf, ORDER } from './states-of-pages';

const AT = '2026-11-24T03:05:33.000Z';
const visit: SignedIn = {
  language: 'en',
  words: WORDS.en,
  say: new PurchaseWords('en'),
  session: { id: '1', csrf: '1', person: { name: 'linh', role: 'act' } },
};
const CHARGE = transactionId(ORDER.purchaseId, 'charge');
const REGISTRATION = transactionId(ORDER.purchaseId, 'registration');

const adviceIn = (page: string) => /<p id="advice">([^<]*)<\/p>/.exec(page)?.[1]?.trim();
const decisionsIn = (page: string) => [...page.matchAll(/id="(\w+)-form"/g)].map(([, name]) => name);

function caseThat(is: (one: Case) => boolean, state: CaseState): Case {
  const found = casesOf().find((one) => one.state === state && is(one));
  if (!found) throw new Error('there is no such case');
  return found;
}

/** The case of a purchase that was terminated after these steps, and what MobiFone has answered. */
function terminated(
  done: readonly PurchaseStep[],
  answers?: Omit<MobifoneAnswers, 'at'>,
  more: Partial<ClosedEvidence> = {},
): Case {
  const found = caseThat(({ card }) => isClosedEvidence(card.evidence), 'open');
  const { evidence } = found.card;
  if (!isClosedEvidence(evidence)) throw new Error('it was not ended from outside');
  const steps = done.map((step) => ({ step, status: 'done' as const, startedAt: AT, endedAt: AT }));
  const { atMobifone: _, ...rest } = found;
  return {
    ...rest,
    card: { ...found.card, evidence: { ...evidence, steps, ...more } },
    ...(answers ? { atMobifone: { at: AT, ...answers } } : {}),
  };
}

describe.each(['open', 'refunding'] as const)(
  'a case that was ended from outside itself while it was %s',
  (state) => {
    it('can only be opened again, and says so', () => {
      const found = { ...caseThat(() => true, state), cutOff: true } as const;
      const page = casePage(visit, found);
      expect(adviceIn(page)).toMatch(
        /was ended from outside before it was settled: “Open the case again”\.$/,
      );
      expect(decisionsIn(page)).toEqual([]);
      expect(page).toContain(`action="/cases/${encodeURIComponent(found.card.id)}/reopen"`);
    });
  },
);

describe('the case of a purchase that was ended from outside', () => {
  const SENT = ['check', 'register', 'charge'] as const;

  it.each([
    [
      'both are in effect',
      SENT,
      { registration: 'done', charge: 'done' },
      /^Both stand: the sale is made\. Tell the channel, then “Close: put right otherwise”\.$/,
      'close',
    ],
    [
      'a prepaid sale is',
      ['check', 'register'],
      { registration: 'done' },
      /^The registration stands: the sale is made/,
      'close',
    ],
    [
      'it is not charged',
      SENT,
      { registration: 'done', charge: 'refused' },
      /^The package is in effect, and not charged/,
      'close',
    ],
    [
      'nothing is in effect',
      SENT,
      { registration: 'rolled_back', charge: 'refused' },
      /^Nothing is in effect: “Refund the customer”/,
      'refund',
    ],
    ['nothing was ordered', ['check'], undefined, /^Nothing is in effect: “Refund the customer”/, 'refund'],
    [
      'MobiFone has not answered',
      SENT,
      { registration: 'no_answer', charge: 'done' },
      /“Ask MobiFone” what is in effect/,
      'ask',
    ],
  ] as const)('says what to do where %s, and has that first', (_, steps, answers, sentence, first) => {
    const page = casePage(visit, terminated(steps, answers));
    expect(adviceIn(page)).toMatch(sentence);
    expect(decisionsIn(page)[0]).toBe(first);
  });

  it('is no sale that was made, where it was being undone or its channel refunds', () => {
    const refund = { outcome: 'cancelled', refusal: 'cancelled_by_operator', occurredAt: AT } as const;
    const stands = { registration: 'done', charge: 'done' } as const;
    expect(adviceIn(casePage(visit, terminated(SENT, stands, { refund })))).toMatch(
      /although it was being undone/,
    );
    const half = { registration: 'done', charge: 'refused' } as const;
    expect(adviceIn(casePage(visit, terminated(SENT, half, { refund })))).toMatch(
      /Have MobiFone take the registration back, then “Ask MobiFone”/,
    );
    const undone = terminated([...SENT, 'refund_notice'], { registration: 'rolled_back' });
    expect(adviceIn(casePage(visit, undone))).toMatch(
      /has the refund notice already: “Close: nothing was wrong”/,
    );
  });

  it('has the transactions to quote to MobiFone', () => {
    const page = casePage(visit, terminated(SENT, { registration: 'no_answer', charge: 'no_answer' }));
    expect(page).toContain(`<code>${REGISTRATION}</code>`);
    expect(page).toContain(`<code>${CHARGE}</code>`);
    expect(casePage(visit, terminated(['check', 'register'], { registration: 'done' }))).not.toContain(
      CHARGE,
    );
  });
});

describe('the case of a charge that MobiFone denies', () => {
  const found = caseThat(({ card }) => isContradiction(card.evidence), 'open');

  it('names the decision, says who tells the channel, and has the charge to quote', () => {
    const page = casePage(visit, found);
    expect(adviceIn(page)).toContain('“Close: put right otherwise”, with MobiFone’s reference');
    expect(adviceIn(page)).toContain('The channel gets no notice of either');
    expect(decisionsIn(page)).toEqual(['close', 'reject']); // none of which sends a notice
    expect(page).toContain(`<code>${CHARGE}</code>`);
  });
});

describe('a case or a break that is closed', () => {
  const line = { at: AT, what: 'closed by letter 12: agreed', by: 'linh' };

  it.each(casesOf().filter(({ state }) => state === 'closed'))(
    'advises nothing any more ($card.id)',
    (one) => {
      const page = casePage(visit, { ...one, log: [...one.log, line] });
      expect(adviceIn(page)).toBe('Closed by linh: letter 12: agreed; nothing to do.');
      expect(page).not.toContain(caseInPlainWords(visit, one.card));
    },
  );

  it('names who refunded', () => {
    const one = caseThat(() => true, 'refunded');
    const log = [
      { at: AT, what: 'refund: agreed', by: 'linh' },
      { at: AT, what: 'demo has the refund notice' },
    ];
    expect(adviceIn(casePage(visit, { ...one, log }))).toBe(
      'Closed by linh: demo has the refund notice; nothing to do.',
    );
  });

  it('is so for a break, which says why', () => {
    const one = breaksOf().find(({ closedBy }) => closedBy === 'person');
    if (!one) throw new Error('no break is closed');
    const log = [...one.log, { at: AT, what: 'closed: sold by hand', by: 'linh' }];
    expect(adviceIn(breakPage(visit, { ...one, log }))).toBe('Closed by linh: sold by hand; nothing to do.');
    const comment = { at: AT, what: 'the channel was told', by: 'hoa' };
    expect(adviceIn(breakPage(visit, { ...one, log: [...log, comment] }))).toBe(
      'Closed by linh: sold by hand; nothing to do.',
    );
    const byFile = { at: AT, what: 'closed: in MobiFone’s file of 2026-11-25, line MF42' };
    expect(adviceIn(breakPage(visit, { ...one, closedBy: 'files', log: [...log, byFile] }))).toBe(
      'Closed by MobiFone’s files: in MobiFone’s file of 2026-11-25, line MF42; nothing to do.',
    );
    expect(adviceIn(breakPage(visit, { ...one, closedBy: null }))).not.toContain('nothing to do');
  });
});
