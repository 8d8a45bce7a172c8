import { purchasePage } from '../../desk/purchase/purchase-page';
import { acted, type BreakAct, type DayBreaks } from '../../domain/reconciliation/break-register';
import { breakPage } from '../../desk/breaks/break-page';
import { casePage } from '../../desk/cases/case-page';
import { actPage } from '../../desk/purchase/act-page';
import { itemAfter } from '../../desk/queue/queue-links';
import { queuePage } from '../../desk/queue/queue-page';
import type { SignedIn } from '../../desk/visit';
import { WORDS } from '../../desk/words/words';
import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import { transactionId, type PurchaseId } from '../../domain/identifiers';
import type { Attention } from '../../domain/purchase/attention';
import { formatLocalClock } from '../../domain/local-time';
import { acceptedPurchase, type Purchase } from '../../domain/purchase/purchase';
import type { StepRecord } from '../../domain/purchase/steps';
import type { QueueItem } from '../../operators/queue-item';
import { PurchaseWords } from '../../operators/purchase-words';
import { doneInWords } from '../../desk/purchase/act-name';
import { faultsOf } from '../../desk/purchase/act-needs';
import { isDeniedByMobifone } from '../../domain/purchase/operator-acts';
import { toldEvents } from '../../operators/step-endings';
import { openActs } from '../../operators/timeline';
import { movedOn, notPossible } from '../../desk/purchase/moved-on';
import { ActsUnderWay } from '../../desk/purchase/acts-under-way';
import { RefusedActs } from '../../desk/purchase/refused-acts';
import type { WholePurchase } from '../../desk/purchase/whole-purchase';
import { breaksOf, casesOf, ORDER, queueItems, wholeOf } from './states-of-pages';

const AT = '2026-11-24T03:05:33.000Z';
const visit: SignedIn = {
  language: 'en',
  words: WORDS.en,
  say: new PurchaseWords('en'),
  session: { id: '1', csrf: '1', person: { name: 'lan@agent.example', role: 'act' } },
};

const step = (name: StepRecord['step'], status: StepRecord['status'], more: Partial<StepRecord> = {}) => ({
  step: name,
  status,
  startedAt: AT,
  ...(status === 'running' ? {} : { endedAt: AT }),
  ...more,
});

/** A purchase with these steps, of which the last is stuck. */
function stuckAt(
  steps: readonly StepRecord[],
  attention: Pick<Attention, 'reason' | 'detail'> | null,
): WholePurchase {
  const last = steps.at(-1);
  if (!last) throw new Error('a purchase is stuck at a step');
  const purchase: Purchase = {
    ...acceptedPurchase(ORDER),
    steps: [...steps],
    attention: attention && { step: last.step, since: AT, ...attention },
  };
  const whole = wholeOf(purchase);
  const timeline = { ...whole.timeline, open: openActs(purchase), pending: [], acts: [], isFailing: false };
  return { ...whole, cases: [], timeline };
}

const REFUSED = { reason: 'rollback_refused', detail: 'subscriber_suspended' } as const;
const UNREADABLE = {
  reason: 'broken_contract',
  detail: 'rollback: MobiFone broke the contract (…)',
} as const;
const REGISTERED = [step('check', 'done'), step('register', 'done'), step('charge', 'refused')];

/** A page as it is read: without markup, and without what is folded. */
const read = (page: string) =>
  page
    .replaceAll(/<details class="technical">.*?<\/details>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const pageOf = (whole: WholePurchase, answers?: MobifoneAnswers) =>
  read(purchasePage(visit, whole, { answers }));

describe('trying again', () => {
  it('says at its button and on its page what it does, under one name', () => {
    const whole = stuckAt([...REGISTERED, step('rollback', 'running')], REFUSED);
    const form = {
      act: 'retry' as const,
      updateId: '1',
      answers: undefined,
      rests: false,
      isContradicted: false,
      given: { why: '', ticket: '', isConfirmed: false },
    };
    for (const page of [pageOf(whole), read(actPage(visit, whole, form))]) {
      expect(page).toContain('Try again now');
      expect(page).toContain('Order the rollback at MobiFone once more.');
      expect(page).not.toMatch(/not asked/);
    }
  });

  it('is one button where the refund notice is due', () => {
    const whole = stuckAt([...REGISTERED, step('rollback', 'done'), step('refund_notice', 'running')], {
      reason: 'channel_unreachable',
      detail: 'refund notice to demo: not taken, will be delivered again (the webhook answered 503)',
    });
    const page = purchasePage(visit, { ...whole, notices: whole.notices.slice(0, 1) });
    expect(read(page)).toContain('Deliver the refund notice to the channel again.');
    expect(read(page)).toContain('the webhook answers with HTTP 503');
    expect(page).not.toContain('/notices"');
  });
});

describe('a rollback that is stuck', () => {
  it('is of a package that is still in effect, where MobiFone refuses to undo what it has registered', () => {
    const page = pageOf(stuckAt([...REGISTERED, step('rollback', 'running')], REFUSED));
    expect(page).toContain('the package is still in effect.');
  });

  it('is of a package that is in effect, where it landed late', () => {
    const steps = [step('check', 'done'), step('register', 'refused'), step('rollback', 'running')];
    const page = pageOf(stuckAt(steps, { reason: 'late_effect', detail: 'subscriber_suspended' }));
    expect(page).toContain('the package is still in effect.');
  });

  it.each([
    ['done', 'the package is still in effect.'],
    ['rolled_back', 'MobiFone answers that the package is no longer in effect.'],
    ['no_answer', 'it is not known whether the package is still in effect'],
  ] as const)('says what MobiFone has answered: %s', (registration, sentence) => {
    const whole = stuckAt([...REGISTERED, step('rollback', 'running')], UNREADABLE);
    expect(pageOf(whole, { at: AT, registration })).toContain(sentence);
  });

  it('has an act for a rollback of ours that worked, and the transaction to quote about it', () => {
    const whole = stuckAt([...REGISTERED, step('rollback', 'running')], UNREADABLE);
    const lastRollback = transactionId(ORDER.purchaseId, 'rollback-2');
    const page = pageOf({ ...whole, timeline: { ...whole.timeline, lastRollback } });
    expect(page).toMatch(
      new RegExp(
        `state that. If not, try again now. Quote: ${lastRollback} The rollback was done Try again now`,
      ),
    );
  });
});

describe('a rollback after a refused charge', () => {
  it('says that nothing was charged, and only there', () => {
    expect(pageOf(stuckAt([...REGISTERED, step('rollback', 'running')], REFUSED))).toContain(
      'still in effect. Nothing was charged.',
    );
    const open = [step('register', 'done'), step('charge', 'abandoned'), step('rollback', 'running')];
    expect(pageOf(stuckAt(open, REFUSED))).not.toContain('Nothing was charged');
  });

  it('does not say so where only an operator has stated it, or where MobiFone answers that it charged', () => {
    const charge = step('charge', 'refused', { settledBy: 'operator' });
    const stated = stuckAt([...REGISTERED.slice(0, 2), charge, step('rollback', 'running')], REFUSED);
    expect(pageOf(stated)).not.toContain('Nothing was charged');
    const refused = stuckAt([...REGISTERED, step('rollback', 'running')], REFUSED);
    const answers = { at: AT, registration: 'done', charge: 'done' } as const;
    expect(pageOf(refused, answers)).not.toContain('Nothing was charged');
    expect(pageOf(refused, { ...answers, charge: 'refused' })).toContain('Nothing was charged');
  });
});

describe('what an operator stated, until MobiFone confirms it', () => {
  const waiting = (name: 'charge' | 'rollback', before: readonly StepRecord[]) =>
    stuckAt(
      [...before, step(name, 'done', { settledBy: 'operator' }), step('decision_check', 'running')],
      UNREADABLE,
    );

  it('is the charge, with its transaction to quote', () => {
    const page = purchasePage(visit, waiting('charge', REGISTERED.slice(0, 2)));
    expect(page).toContain('(5.1) Have MobiFone confirm what an operator stated about the charge');
    expect(page).toContain(`<code>${ORDER.purchaseId}.charge</code>`);
  });

  it('is the rollback, with its transactions, also where the charge was stated as not made', () => {
    const lastRollback = transactionId(ORDER.purchaseId, 'rollback-2');
    for (const charge of [step('charge', 'refused'), step('charge', 'refused', { settledBy: 'operator' })]) {
      const whole = waiting('rollback', [...REGISTERED.slice(0, 2), charge]);
      const page = purchasePage(visit, { ...whole, timeline: { ...whole.timeline, lastRollback } });
      expect(page).toContain('(6.1) Have MobiFone confirm the rollback that an operator stated');
      expect(page).toMatch(
        new RegExp(`${lastRollback}</code>.*${ORDER.purchaseId}.registration</code>`, 's'),
      );
      expect(page).not.toContain('.charge<');
    }
  });
});

describe('a charge that is tried again', () => {
  const pending = { id: '1', call: 'chargeSubscriber', lastFailure: null, nextAttemptAt: AT };

  it('is not read as so many charges', () => {
    expect(visit.say.pending({ ...pending, attempt: 7 })).toMatch(
      /^Charge: attempt 7 \(sent again only where MobiFone has certainly not received it\), next at /,
    );
    expect(visit.say.pending({ ...pending, attempt: 1 })).toMatch(/^Charge: attempt 1, next at /);
  });

  it('counts no attempts of a refund notice beside its log, which counts all', () => {
    const notice = { ...pending, call: 'noticeRefund', attempt: 7 };
    expect(visit.say.pending(notice)).toMatch(/^Refund notice: next at [\d:]+$/);
    expect(new PurchaseWords('vi').pending(notice)).toMatch(
      /^Thông báo hoàn tiền: lần tiếp theo lúc [\d:]+$/,
    );
  });
});

describe('the form of an act', () => {
  const whole = stuckAt([step('check', 'running')], { reason: 'no_answer', detail: '' });
  const form = {
    act: 'cancel' as const,
    updateId: '1',
    answers: undefined,
    rests: false,
    isContradicted: false,
    given: { why: '', ticket: '', isConfirmed: false },
  };

  it('asks for one thing: why, or the number under which MobiFone has confirmed it', () => {
    const asked = (page: string) =>
      [...page.matchAll(/<input\s+id="(\w+)"[^>]* required/g)].map(([, name]) => name);
    expect(asked(actPage(visit, whole, form))).toEqual(['why']);
    expect(asked(actPage(visit, whole, { ...form, rests: true }))).toEqual(['ticket']);
    expect(asked(actPage(visit, whole, { ...form, act: 'retry' }))).toEqual([]);
  });

  it('warns of what rests on the person alone, with what MobiFone has just said', () => {
    const answers = { at: AT, charge: 'no_answer' } as const;
    const page = read(actPage(visit, whole, { ...form, act: 'charge-done', rests: true, answers }));
    expect(page).toMatch(
      /This rests on your word alone.*MobiFone, just asked: no usable answer\. Do not guess/,
    );
    expect(read(actPage(visit, whole, form))).not.toContain('Do not guess');
  });

  it('refuses a case number that would not be kept as it was written, and says how to write it', () => {
    const given = { why: 'confirmed by phone', ticket: 'MF-0912345678', isConfirmed: true };
    for (const rests of [true, false]) {
      const sent = { ...form, rests, given };
      const page = read(actPage(visit, whole, sent, { faults: faultsOf(visit, sent) }));
      expect(page).toContain('such as 09123x45678');
      expect(faultsOf(visit, { ...sent, given: { ...given, ticket: 'MF-09123x45678' } })).toEqual({});
    }
  });

  it('offers to look, and not to do nothing, once it is not known what came of it', () => {
    expect(read(actPage(visit, whole, form))).toContain('Do nothing');
    const unknown = read(actPage(visit, whole, form, { isUnknown: true }));
    expect(unknown).toContain('It is not known whether this was done');
    expect(unknown).toContain('Look at the purchase');
    expect(unknown).not.toContain('Do nothing');
  });
});

describe('what waits next', () => {
  const [model] = queueItems();
  const waiting = ['one', 'two', 'three'].map((id, at) => {
    if (model?.kind !== 'purchase') throw new Error('no purchase waits');
    const purchaseId = id as PurchaseId; // as good as any here
    return { ...model, purchaseId, waitsFor: at === 1 ? ('machine' as const) : ('person' as const) };
  });
  const after = (id: string) => itemAfter(waiting, `/purchases/${id}`)?.purchaseId;

  it('is the next down the list, also where this one could not be cleared, and then the first', () => {
    expect([after('one'), after('three'), after('cleared')]).toEqual(['three', 'one', 'one']);
    expect(itemAfter(waiting.slice(0, 1), '/purchases/one')).toBeUndefined();
  });
});

describe('what was done to a case or a break', () => {
  const [next] = queueItems();
  const [oneCase] = casesOf();
  const [oneBreak] = breaksOf();

  it('leads to what waits next, as at a purchase', () => {
    if (!oneCase || !oneBreak || !next) throw new Error('nothing to show');
    for (const page of [
      casePage(visit, oneCase, { done: ['Done.'], next }),
      breakPage(visit, oneBreak, { done: ['Done.'], next }),
    ])
      expect(page).toMatch(/<a id="next" href="[^"]+"/);
    expect(casePage(visit, oneCase, { next })).not.toContain('id="next"');
  });
});

describe('a break that a person has closed', () => {
  const one = breaksOf().find(({ closedBy }) => closedBy === null);
  const after = (...acts: readonly BreakAct[]) => {
    if (!one) throw new Error('no break');
    const open: DayBreaks = { day: one.day, breaks: [one], more: { count: 0, atStake: 0 }, digest: '' };
    const [closed] = acts.reduce((register, act) => acted(register, act, AT), open).breaks;
    return read(breakPage(visit, closed ?? one));
  };
  const id = one?.id ?? '';
  const close: BreakAct = { id, act: 'close', by: 'lan', why: 'MobiFone charges it in December' };
  const comment: BreakAct = { id, act: 'comment', by: 'minh', text: 'closed: too early' };

  it('says who closed it and why, whatever a comment says', () => {
    const ended = 'Closed by lan: MobiFone charges it in December; nothing to do.';
    expect(after(close, comment)).toContain(ended);
    expect(after(comment, close)).toContain(ended);
  });

  it('shows a comment as one, in the person’s own words', () => {
    expect(after(close, comment)).toContain('Comment: closed: too early, minh');
  });
});

describe('a purchase that was ended from outside', () => {
  const cut = (cases: WholePurchase['cases'] = []) => {
    const whole = stuckAt([step('check', 'done'), step('register', 'running')], {
      reason: 'workflow_closed',
      detail: '',
    });
    const pending = [{ id: '1', call: 'registerPackage', attempt: 3, lastFailure: null, nextAttemptAt: AT }];
    return { ...whole, cases, timeline: { ...whole.timeline, open: [], closed: true, pending } };
  };

  const about = wholeOf(cut().timeline.purchase).cases.filter(
    ({ card }) => card.subject.kind === 'workflow_closed',
  );
  const inState = (wanted: string) => about.filter(({ state }) => state === wanted);

  it('has nothing to do yet before there is a case, and tries nothing any more', () => {
    const page = pageOf(cut());
    expect(page).toContain('Nothing to do yet. A case comes within five minutes; a person settles it there.');
    expect(page).not.toMatch(/Call MobiFone, and state|What is being tried|Needs attention/);
    expect(page).toContain('ended from outside while accepted');
  });

  it('leads to its case', () => {
    expect(pageOf(cut(inState('open')))).toContain('its case, above, settles it');
  });

  it('needs nothing any more once its case is closed, and says how and by whom', () => {
    const closedCase = casesOf().find(({ state }) => state === 'closed');
    if (!closedCase) throw new Error('no case is closed');
    const log = [...closedCase.log, { at: AT, what: 'closed by MF57: agreed.', by: 'linh' }];
    const page = pageOf({ ...cut(inState('closed')), closedCase: { ...closedCase, log } });
    expect(page).toContain('Ended from outside; its case was closed (MF57: agreed, linh). Nothing to do.');
    expect(page).not.toMatch(/Needs attention|settles it|has paid/);
  });
});

describe('a sale whose notice the channel has not taken', () => {
  it('says so at the top, and not while the purchase itself delivers it', () => {
    const sold = stuckAt([...REGISTERED.slice(0, 2), step('charge', 'done')], null);
    const [taken, notTaken] = [false, true].map((isLeft) => {
      const notices = sold.notices.map((log) => ({
        ...log,
        standing: isLeft ? ('delivering' as const) : ('delivered' as const),
      }));
      return pageOf({ ...sold, timeline: { ...sold.timeline, open: [] }, notices });
    });
    expect(notTaken).not.toContain('Nothing can be done to it now.'); // it can be delivered below
    expect(taken).toContain('Nothing can be done to it now.');
    expect(notTaken).toContain('The channel has not taken a notice.');
    expect(taken).not.toContain('The channel has not taken a notice.');
  });
});

describe('a statement of an operator', () => {
  it('is told as one, and not as what the operator did', () => {
    const act = { at: AT, what: 'charge_was_done', by: 'an', why: 'x', reference: 'MF-1', notApplied: null };
    expect(visit.say.personsAct({ ...act, what: doneInWords(visit.words, act.what) })).toBe(
      'stated “The charge was made” by an: x [MF-1]',
    );
  });

  it('that MobiFone contradicts was not overtaken', () => {
    const because = 'MobiFone answers that the charge was made';
    expect(isDeniedByMobifone({ kind: 'not_applied', because })).toBe(true);
    expect(isDeniedByMobifone({ kind: 'not_applied', because: 'the charge had ended meanwhile' })).toBe(
      false,
    );
    expect(isDeniedByMobifone({ kind: 'applied' })).toBe(false);
  });
});

describe('giving up before a charge was sent', () => {
  it('shows no answer about one', () => {
    const whole = stuckAt([step('check', 'done'), step('register', 'running')], UNREADABLE);
    const answers = { at: AT, registration: 'no_answer', charge: 'no_answer' } as const;
    const given = { why: '', ticket: '', isConfirmed: false };
    const form = {
      act: 'give-up' as const,
      updateId: '1',
      answers,
      rests: true,
      isContradicted: false,
      given,
    };
    expect(read(actPage(visit, whole, form)).match(/no usable answer/g)).toHaveLength(1);
  });
});

describe('an act while no worker lives', () => {
  it('says that MobiFone was not asked', () => {
    const whole = stuckAt([step('check', 'running')], { reason: 'no_answer', detail: '' });
    const given = { why: '', ticket: '', isConfirmed: false };
    const form = {
      act: 'give-up' as const,
      updateId: '1',
      answers: undefined,
      rests: true,
      isContradicted: false,
      given,
    };
    expect(read(actPage(visit, whole, form, { hasNoWorker: true }))).toContain('so MobiFone was not asked');
  });
});

describe('what people did, while no worker lives', () => {
  const whole = stuckAt([step('check', 'running')], { reason: 'no_answer', detail: '' });
  const sent = { at: AT, by: 'lan@agent.example', what: 'give_up' };
  const act = { at: AT, what: 'give_up', by: sent.by, why: 'x', reference: null, notApplied: null };
  const page = (around: Parameters<typeof purchasePage>[2]) =>
    read(purchasePage(visit, whole, { hasWorkers: false, ...around }));

  it('is not called nothing: an act may be under way', () => {
    const told = page({ underWay: sent });
    expect(told).toContain(
      'What people did cannot be read without a worker; your act of 10:05 may still come.',
    );
    expect(told).not.toContain('Nobody has done anything to it.');
    expect(page({ underWay: { ...sent, by: 'hoa' } })).toContain('; the act of hoa of 10:05 may still come.');
    expect(page({ acts: [act] })).toContain('What people did last cannot be read without a worker.');
    expect(page({ hasWorkers: true })).toContain('Nobody has done anything to it.');
  });

  it('is no act under way any more once it has come, or was answered', () => {
    const acts = new ActsUnderWay();
    acts.keep(ORDER.purchaseId, sent);
    expect(acts.of(ORDER.purchaseId, [])).toEqual(sent);
    expect(acts.of(ORDER.purchaseId, [{ ...act, at: '2026-11-24T03:00:00.000Z' }])).toEqual(sent);
    expect(acts.of(ORDER.purchaseId, [act])).toBeUndefined();
    acts.forget(ORDER.purchaseId);
    expect(acts.of(ORDER.purchaseId, [])).toBeUndefined();
  });
});

describe('a check that is stuck', () => {
  const busy =
    'check of the subscriber: not taken by MobiFone, will be sent again (HTTP 429: too many requests)';
  const whole = stuckAt([step('check', 'running')], { reason: 'no_answer', detail: busy });

  it('does not say that MobiFone is silent where it asks to wait', () => {
    expect(pageOf(whole)).toContain('MobiFone is too busy to answer.');
    expect(pageOf(whole)).not.toMatch(/not answered/);
  });

  it('has one way out in view, and the other folded with what it does', () => {
    expect(pageOf(whole)).toMatch(
      / cancel\. Cancel the sale Try again now .*Other acts Give the sale up .*It ends as given up/,
    );
  });

  it('can be given up where a colleague’s cancellation has closed the other way', () => {
    const timeline = { ...whole.timeline, open: ['retry', 'give-up'] as const };
    expect(pageOf({ ...whole, timeline: { ...timeline, open: [...timeline.open] } })).toMatch(
      /Give the sale up Try again now/,
    );
  });
});

describe('a message that is stuck', () => {
  it('is not called missing: it is not known whether it was sent', () => {
    const page = pageOf(stuckAt([...REGISTERED.slice(0, 2), step('success_message', 'running')], UNREADABLE));
    expect(page).toContain('it is not known whether the SMS to the subscriber was sent');
  });
});

describe('an act that its own success has overtaken', () => {
  const before = {
    act: 'retry' as const,
    at: '2026-11-24T03:05:00.000Z',
    running: ['refund_notice'] as const,
  };
  const now = (one: typeof timeline, cases: WholePurchase['cases'] = []) => ({ timeline: one, cases });
  const delivered = stuckAt([...REGISTERED, step('refund_notice', 'done')], null).timeline;
  const events = [
    { sequence: 1, at: AT, kind: 'step' as const, step: 'refund_notice' as const, status: 'done' as const },
  ];
  const timeline = { ...delivered, open: [], purchase: { ...delivered.purchase, events } };

  it('is no refusal: the page says what came', () => {
    const told = movedOn(visit, now(timeline), before);
    expect(told.faults).toBeUndefined();
    expect(told.done?.join(' ')).toMatch(/not needed any more.*\(6\.3\) .*: the channel has it\./);
  });

  it('names the colleague who was faster, and none who acted before the form was shown', () => {
    const act = { at: AT, what: 'give_up', by: 'hoa', why: 'too long', reference: null, notApplied: null };
    expect(movedOn(visit, now({ ...timeline, acts: [act] }), before).faults?.join(' ')).toMatch(
      /It was overtaken: .* Give the sale up by hoa: too long/,
    );
    const earlier = { ...act, at: '2026-11-24T03:00:00.000Z' };
    expect(movedOn(visit, now({ ...timeline, acts: [earlier] }), before).done?.join(' ')).not.toContain(
      'hoa',
    );
  });

  it('was done already, where the browser’s Back leads to its page', () => {
    const act = { at: AT, what: 'cancel', by: 'linh', why: 'asked', reference: null, notApplied: null };
    const told = notPossible(visit, now({ ...timeline, acts: [act] }), 'cancel');
    expect(told).toEqual({ noted: ['Already done: Cancel the sale, linh 10:05 24/11/2026.'] });
    const inVain = { ...act, notApplied: 'too late to cancel: the purchase is rolling_back' };
    expect(notPossible(visit, now({ ...timeline, acts: [inVain] }), 'cancel').noted).toBeUndefined();
  });

  it('is not possible, where it never applied, and is not called needless', () => {
    const purchase = { ...timeline.purchase, state: 'rolling_back' as const };
    const told = notPossible(visit, now({ ...timeline, purchase }), 'give-up');
    expect(told).toEqual({
      faults: ['Not possible while the purchase is: rolling back; nothing was done.'],
    });
    const late = movedOn(visit, now({ ...timeline, purchase }), { ...before, act: 'give-up' });
    expect(late.done).toBeUndefined();
    expect(late.faults?.join(' ')).toMatch(/^Not possible .* \(6\.3\) .*: the channel has it\./);
  });

  it('leads to its case where only that is left to decide', () => {
    const cases = wholeOf(timeline.purchase).cases.filter(({ state }) => state === 'open');
    const told = notPossible(visit, now(timeline, cases), 'charge-not-done');
    expect(told.faults?.at(-1)).toBe('This cannot be done now. What can be done: only its case, below.');
    const page = pageOf({ ...stuckAt([...REGISTERED], null), cases });
    expect(page).toContain('An open case about this purchase');
    expect(page).not.toContain('Nothing can be done to it now.');
  });
});

describe('the history', () => {
  const endings = (steps: readonly StepRecord[], isDenied?: boolean) => {
    const events = steps.map(({ step: name, status }, at) => ({
      sequence: at + 1,
      at: AT,
      kind: 'step' as const,
      step: name,
      status,
    }));
    return toldEvents({ events, steps: [...steps] }, isDenied).map(({ ending }) => ending);
  };
  const stated = step('charge', 'done', { settledBy: 'operator' });
  const asked = step('decision_check', 'done', { settledBy: 'inquiry' });

  it('says that MobiFone denied what an operator stated, and does not call that done', () => {
    expect(endings([stated, asked], true)).toEqual(['stated_done', 'denied']);
    expect(endings([stated, asked], false)).toEqual(['stated_done', 'confirmed']);
    expect(endings([stated, asked])).toEqual(['stated_done', 'asked']); // cases are not known
  });

  it('says that something had landed, where that was found', () => {
    const watched = step('late_effect_check', 'done', { settledBy: 'inquiry' });
    expect(endings([watched])).toEqual(['nothing_landed']);
    expect(endings([watched, step('rollback', 'done')])).toEqual(['landed', 'done']);
  });

  it('says how it is known that a command was done', () => {
    expect(endings([step('charge', 'done', { settledBy: 'inquiry' })])).toEqual(['found_done']);
    expect(endings([step('charge', 'refused', { settledBy: 'operator' })])).toEqual(['stated_not_done']);
  });
});

describe('the queue', () => {
  const all = { kind: '', reason: '', channel: '', package: '' };
  const [item] = queueItems();
  const queue = (items: readonly QueueItem[]) => ({
    items,
    unlisted: [],
    unreadable: [],
    batchesNotLookedAt: 0,
    unreadDays: [],
  });

  it('counts what waits for a person, and apart from it what waits for MobiFone only', () => {
    if (!item) throw new Error('no item');
    const items = [
      item,
      { ...item, waitsFor: 'machine' as const },
      { ...item, waitsFor: 'machine' as const },
    ];
    const page = queuePage(
      visit,
      { queue: queue(items), hasWorkers: true, waitingWork: [], pauses: [], digest: '' },
      all,
    );
    expect(page).toContain('<title>(1) ');
    expect(read(page)).toContain('1 waits for a person. 2 more need nothing now.');
  });

  it('names the task queue whose work goes to a build that takes none, or that has a limit', () => {
    const sides = [{ queue: 'sales', type: 'workflow' }] as const;
    const waitingWork = [
      { why: { kind: 'deserted', build: 'evil:1' }, sides },
      { why: { kind: 'limited', perSecond: 0.5, of: 'queue' }, sides },
    ] as const;
    const now = { queue: queue([]), hasWorkers: true, waitingWork, pauses: [], digest: '' };
    const page = read(queuePage(visit, now, all));
    expect(page).toMatch(/Temporal gives the tasks of sales \(.*\) to build evil:1/);
    expect(page).toMatch(/at most 0\.5 tasks a second from sales/);
  });

  it('says that sales are paused, by whom and why', () => {
    const pause = { scope: { kind: 'all' }, by: 'lan', why: 'wrong price', since: AT } as const;
    const page = queuePage(
      visit,
      { queue: queue([]), hasWorkers: true, waitingWork: [], pauses: [pause], digest: '' },
      all,
    );
    expect(read(page)).toMatch(/Sales are paused: all sales ?, lan: wrong price/);
  });
});

describe('what a colleague tried in vain', () => {
  const whole = stuckAt([...REGISTERED.slice(0, 2), step('charge', 'running')], UNREADABLE);
  const act = {
    at: AT,
    what: 'charge_was_done',
    by: 'hoa',
    why: 'confirmed by MobiFone',
    reference: 'MF-1',
    notApplied: 'MobiFone answers that the charge is never_received',
  };
  const SENTENCE =
    'stated “The charge was made” by hoa: confirmed by MobiFone [MF-1]; not applied: MobiFone answers about the charge: never received by MobiFone.';

  it('stands above the acts, before somebody does it again', () => {
    const timeline = { ...whole.timeline, acts: [act] };
    expect(pageOf({ ...whole, timeline }).indexOf(SENTENCE)).toBeGreaterThan(0);
    const later = { ...act, what: 'retry_now', notApplied: null };
    expect(pageOf({ ...whole, timeline: { ...timeline, acts: [act, later] } })).not.toContain(SENTENCE);
  });

  it('is known here also where the purchase refused it, of which its history has nothing', () => {
    const refused = new RefusedActs();
    const because = 'charge_was_done is not open while the purchase is rolling_back; open now: retry_now';
    refused.keep(ORDER.purchaseId, { ...act, notApplied: because });
    const earlier = { ...act, at: '2026-11-24T03:00:00.000Z', what: 'retry_now', notApplied: null };
    const acts = refused.among(ORDER.purchaseId, [earlier]);
    expect(acts.map(({ what }) => what)).toEqual(['retry_now', 'charge_was_done']);
    expect(read(purchasePage(visit, whole, { acts }))).toContain(
      'not applied: not possible while the purchase is: rolling back',
    );
  });
});

describe('a notice that was delivered again', () => {
  it('says who had it done, and guesses nobody', () => {
    const page = pageOf(stuckAt([step('check', 'done')], null));
    expect(page).toContain('Tried on request: 10:05 24/11/2026, lan@agent.example');
    expect(page).toContain('Tried on request: 10:05 24/11/2026, somebody');
  });
});

describe('what is tried again by itself', () => {
  it.each([
    ['a refused rollback', [...REGISTERED, step('rollback', 'running')], REFUSED],
    ['a late effect', [...REGISTERED, step('rollback', 'running')], { ...REFUSED, reason: 'late_effect' }],
    ['a check', [step('check', 'running')], UNREADABLE],
  ] as const)('says when: %s', (_, steps, attention) => {
    const whole = stuckAt(steps, attention);
    const page = (nextAt: string | null) =>
      pageOf({ ...whole, timeline: { ...whole.timeline, tries: { ordered: 1, cameBack: [1], nextAt } } });
    const soon = new Date(Date.now() + 3_600_000);
    expect(page(soon.toISOString())).toContain(`The next try is at ${formatLocalClock(soon)}, by itself.`);
    expect(page(AT)).not.toContain('The next try'); // it is being done
    expect(page(null)).not.toContain('The next try');
  });
});

describe('the cause of the last try', () => {
  const outage = 'activity Heartbeat timeout';
  const stuck = (call: string, lastFailure: string) => {
    const steps = [...REGISTERED.slice(0, 2), step('charge', 'running')];
    const whole = stuckAt(steps, { reason: 'no_answer', detail: outage });
    const pending = [{ id: '1', call, attempt: 3, lastFailure, nextAttemptAt: AT }];
    return pageOf({ ...whole, timeline: { ...whole.timeline, pending } });
  };

  it('stands on the card, also after an outage of ours', () => {
    expect(stuck('inquireUntilFinal', 'MobiFone broke the contract (HTTP 200 …)')).toContain(
      '(5.1) Charge: MobiFone’s answer cannot be understood.',
    );
    expect(stuck('inquireUntilFinal', 'not taken by MobiFone (HTTP 429: too many requests)')).toContain(
      '(5.1) Charge: MobiFone is too busy to answer.',
    );
  });

  it('is not that of another step', () => {
    expect(stuck('sendMessages', 'not taken by MobiFone (HTTP 429: too many requests)')).toContain(
      '(5.1) Charge: MobiFone gives no answer.',
    );
  });
});

describe('a break or a case about a purchase that has no page here', () => {
  const [oneBreak] = breaksOf();
  const [oneCase] = casesOf();

  it('links to none, and says so', () => {
    if (!oneBreak || !oneCase) throw new Error('nothing to show');
    const link = `href="/purchases/${ORDER.purchaseId}"`;
    for (const page of [
      (hasPurchase: boolean) => breakPage(visit, oneBreak, { hasPurchase }),
      (hasPurchase: boolean) => casePage(visit, oneCase, { hasPurchase }),
    ]) {
      expect(page(true)).toContain(link);
      expect(page(false)).not.toContain(link);
      expect(page(false)).toContain('no such purchase here');
    }
  });
});

describe('a purchase whose workflow cannot go on', () => {
  it('says so above the acts, with the runbook; any other does not', () => {
    const whole = stuckAt([step('check', 'done'), step('register', 'running')], null);
    const page = (isFailing: boolean) => pageOf({ ...whole, timeline: { ...whole.timeline, isFailing } });
    expect(page(true)).toContain('This purchase stands still');
    expect(page(true)).toContain('“workflow-tasks-fail”');
    expect(page(false)).not.toContain('This purchase stands still');
  });
});
