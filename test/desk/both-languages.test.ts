import { signInPage } from '../../desk/access/sign-in-page';
import { DeskRefusal } from '../../desk/access/refusal';
import { channelBatchPage } from '../../desk/channel-batch/batch-page';
import { searchPage } from '../../desk/search/search-page';
import { troublePage } from '../../desk/trouble';
import { PurchaseUnreadable, TemporalUnavailable } from '../../client/purchases';
import type { WaitingWork } from '../../client/waiting-work';
import { ROW_RESULTS, type RowResult } from '../../domain/batch/batch';
import { BATCH_STATES, newProgress } from '../../domain/batch/progress';
import { PURCHASE_STATE_NAMES } from '../../domain/purchase/states';
import { batchForm, batchPage } from '../../desk/batch/batch-pages';
import { breakPage } from '../../desk/breaks/break-page';
import { casePage } from '../../desk/cases/case-page';
import { dayPage, type Day } from '../../desk/day/day-page';
import { numbersPage } from '../../desk/numbers/numbers-page';
import { actPage } from '../../desk/purchase/act-page';
import { doneInWords } from '../../desk/purchase/act-name';
import { purchasePage } from '../../desk/purchase/purchase-page';
import { queuePage } from '../../desk/queue/queue-page';
import type { SignedIn } from '../../desk/visit';
import { WORDS } from '../../desk/words/words';
import type { Language } from '../../domain/bilingual';
import { batchId, channelName } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import { packageCode } from '../../domain/catalogue/packages';
import { ATTENTION_REASONS } from '../../domain/purchase/attention';
import { REASON_CODES } from '../../domain/purchase/reasons';
import { BREAK_KINDS } from '../../domain/reconciliation/breaks';
import { PurchaseWords } from '../../operators/purchase-words';
import { VIETNAMESE } from '../../operators/vietnamese';
import {
  breaksOf,
  casesOf,
  DAY,
  everyStuckPurchase,
  ORDER,
  queueItems,
  REFUSED,
  STUCK,
  stuckPurchase,
  wholeOf,
} from './states-of-pages';

const AT = '2026-11-24T03:05:33.000Z';
const WHO = 'lan@agent.example';
const visitIn = (language: Language): SignedIn => ({
  language,
  words: WORDS[language],
  say: new PurchaseWords(language),
  session: { id: '1', csrf: '1', person: { name: WHO, role: 'act' } },
});

const SCOPES = [
  { kind: 'all' },
  { kind: 'channel', channel: channelName('demo') },
  { kind: 'package', package: packageCode('D90') },
] as const;
const PAUSES = SCOPES.map((scope) => ({ scope, by: WHO, why: '4711', since: AT }));

/** One of each kind, of a channel and of several. */
const UNLISTED = (['purchase', 'case', 'notice', 'batch_notice'] as const).flatMap((kind) =>
  ['eve', null].map((channel) => ({
    kind,
    reason: kind === 'purchase' ? ('channel_unreachable' as const) : null,
    channel,
    count: 620,
  })),
);

/** A batch with a row of each result. */
const ONE_OF_EACH = Object.fromEntries(ROW_RESULTS.map((result) => [result, 1])) as Record<RowResult, number>; // all of them

/** Each reason for which work waits, on each side of a queue. */
const WAITING_WORK: readonly WaitingWork[] = (['workflow', 'activity'] as const).flatMap((type) =>
  (
    [
      { kind: 'deserted', build: 'b:2' },
      { kind: 'deserted', build: '' },
      { kind: 'limited', perSecond: 0.5, of: 'queue' },
      { kind: 'limited', perSecond: 0, of: 'channel' },
    ] as const
  ).map((why) => ({ why, sides: [{ queue: 'q:1', type }] })),
);

/** Every page of the desk, in every state of what it shows. */
const PAGES: Readonly<Record<string, (visit: SignedIn) => readonly string[]>> = {
  'the queue': (visit) => {
    const queue = {
      items: queueItems(),
      unlisted: UNLISTED,
      unreadable: ['purchase:demo:1'],
      batchesNotLookedAt: 2,
      unreadDays: [DAY],
    };
    const now = { queue, hasWorkers: false, waitingWork: WAITING_WORK, pauses: PAUSES, digest: '1' };
    const all = { kind: '', reason: '', channel: '', package: '' };
    return [queuePage(visit, now, all), queuePage(visit, now, { ...all, channel: 'none' })];
  },
  'a purchase': (visit) =>
    everyStuckPurchase().flatMap((purchase) =>
      [undefined, 'done' as const, 'rolled_back' as const].map((state) => {
        const answers = state && { at: AT, registration: state, charge: state };
        const next = queueItems()[0];
        const block = { msisdn: ORDER.msisdn, by: WHO, why: '4711', since: AT };
        const told = { answers, next, block, done: ['4711'], waiting: 1 };
        return purchasePage(visit, wholeOf(purchase), told);
      }),
    ),
  'a purchase that needs nobody, or whose act has no answer': (visit) => {
    const ended = stuckPurchase(['charging', 'workflow_closed', 'charge']);
    const closedCase = casesOf().find(({ state }) => state === 'closed');
    const cases = (wanted: string) => wholeOf(ended).cases.filter(({ state }) => state === wanted);
    const answers = { at: AT, registration: 'no_answer', charge: 'no_answer' } as const;
    const underWay = { at: AT, by: WHO, what: 'give_up' };
    const sure = { hasWorkers: false, underWay, answers };
    const other = { ...visit, session: { ...visit.session, person: { name: '4711', role: 'act' as const } } };
    const { acts } = visit.words;
    const faults = [
      acts.denied(true),
      acts.denied(false),
      acts.decideInCase,
      acts.notOpen(acts.itsCase),
      acts.notPossible(visit.say.state('charging')),
      acts.alreadyDone(acts.names.cancel, null, ''),
      visit.words.purchase.notTakenNow('', visit.words.purchase.answered(503), ''),
      visit.words.purchase.taken(''),
      visit.words.purchase.resent,
    ];
    return [
      purchasePage(visit, { ...wholeOf(ended), cases: [] }, sure),
      purchasePage(other, { ...wholeOf(ended), cases: [] }, { ...sure, acts: [] }),
      purchasePage(visit, { ...wholeOf(ended), cases: cases('closed') }, { faults }),
      purchasePage(visit, { ...wholeOf(ended), cases: cases('closed'), closedCase }, {}),
    ];
  },
  'an act': (visit) =>
    STUCK.flatMap((one) => {
      const whole = wholeOf(stuckPurchase(one));
      return whole.timeline.open.flatMap((act) =>
        [true, false].map((isContradicted) => {
          const given = { why: '', ticket: '', isConfirmed: false };
          const answers = { at: AT, registration: 'never_received', charge: 'no_answer' } as const;
          return actPage(visit, whole, { act, updateId: '1', answers, rests: true, isContradicted, given });
        }),
      );
    }),
  'a case': (visit) => casesOf().map((one) => casePage(visit, one, { done: ['4711'] })),
  'a break': (visit) =>
    breaksOf().flatMap((one) => [true, false].map((hasPurchase) => breakPage(visit, one, { hasPurchase }))),
  'the day': (visit) => {
    const sold = { count: 1, gross: 90_000, discount: 5_400, payable: 84_600 };
    const sum = { count: 1, amount: 90_000 };
    const row = { sold, refunded: sum, open: sum };
    const figures = { total: row, byHour: [{ key: '09', ...row }], byChannel: [{ key: 'demo', ...row }] };
    const trail = SCOPES.flatMap((scope) =>
      (['paused', 'resumed', 'expired'] as const).map((act) => ({
        act,
        scope,
        by: WHO,
        why: '4711',
        at: AT,
      })),
    );
    const day: Day = {
      day: DAY,
      figures,
      gateway: { isOut: true, failed: 1, calls: 2 },
      held: 2,
      control: { pauses: PAUSES, trail },
      pausable: { channels: ['demo'], packages: ['D90'] },
      waiting: 1,
    };
    const unreadable = 'Nothing was reconciled, since not all of our purchases can be read: purchase:demo:1';
    return [dayPage(visit, day), dayPage(visit, { ...day, figures: unreadable, gateway: undefined })];
  },
  numbers: (visit) => {
    const number = msisdn('84901234567');
    const blocks = [{ msisdn: number, by: WHO, why: '4711', since: AT }];
    const trail = (['blocked', 'unblocked'] as const).map((act) => ({
      act,
      msisdn: number,
      by: WHO,
      why: '4711',
      at: AT,
    }));
    const limits = [
      { channel: undefined, limits: { salesPerNumberPerDay: 2, amountPerNumberPerDay: 90_000 } },
    ];
    return [numbersPage(visit, { state: { blocks, trail }, limits, waiting: 1 })];
  },
  'a batch': (visit) => {
    const of = { channel: ORDER.channel, externalId: ORDER.externalId, purchaseId: ORDER.purchaseId };
    const results = REFUSED.map((one) => ({ ...of, at: AT, ...one }));
    const plan = {
      id: 'batch-0123456789',
      act: 'retry' as const,
      query: '',
      madeAt: AT,
      items: [
        ...STUCK.map(([state]) => ({ ...of, state, obstacle: null })),
        {
          ...of,
          state: 'charging' as const,
          obstacle: 'cancel is not open while the purchase is over; open: nothing',
        },
      ],
    };
    const around = { waiting: 1, channels: ['demo'] };
    const wish = { act: 'retry', reason: 'no_answer' as const, channel: '', minutes: '' };
    return [
      batchForm(visit, wish, around),
      batchPage(visit, { plan, results, isRunning: false }, around),
      batchPage(visit, { plan, results: [], isRunning: true }, around),
    ];
  },
  'the search': (visit) => {
    const found = PURCHASE_STATE_NAMES.map((state) => ({
      order: ORDER,
      state,
      outcome: null,
      needsAttention: true,
    }));
    const cases = casesOf().map(({ card, state }) => ({ card, state, cutOff: false, needsAttention: true }));
    const { search } = visit.words;
    return [
      searchPage(visit, {
        found: {
          purchases: found,
          more: true,
          batches: [{ channel: ORDER.channel, batchId: batchId('1') }],
          cases,
          breaks: breaksOf(),
        },
        waiting: 1,
      }),
      searchPage(visit, {
        found: { purchases: [], more: false, batches: [], cases: [], breaks: [] },
        isClear: true,
      }),
      ...[search.empty, search.badDay].map((fault) => searchPage(visit, { fault })),
    ];
  },
  'the sign-in': (visit) => {
    const { signIn } = visit.words;
    const faults = [
      signIn.usedLink,
      signIn.nameMissing,
      signIn.failed,
      signIn.providerSilent,
      signIn.tooLate,
      signIn.signedOut,
    ];
    return [
      signInPage(visit, { kind: 'provider' }),
      signInPage(visit, { kind: 'link', token: undefined }),
      ...faults.map((fault) => signInPage(visit, { kind: 'link', token: 'x' }, fault)),
    ];
  },
  'what stands in the way': (visit) => [
    troublePage(visit, '/', new TemporalUnavailable('silent')).body,
    troublePage(visit, '/', new PurchaseUnreadable(false)).body,
    troublePage(visit, '/', new PurchaseUnreadable(true)).body,
    troublePage(visit, '/', new Error('a defect')).body,
    ...Object.keys(visit.words.refusals).map(
      (name) =>
        troublePage(
          visit,
          '/',
          new DeskRefusal(404, ({ refusals }) => refusals[name as keyof typeof refusals]),
        ).body, // a key of it
    ),
    `<p>${visit.words.trouble.actUnknown}</p><p>${visit.words.live.lost}</p><p>${visit.words.live.signedOut}</p>`,
  ],
  'a batch of a channel': (visit) =>
    [...BATCH_STATES, 'cut off' as const].map((each) => {
      const isCutOff = each === 'cut off';
      const state = isCutOff ? 'cancelled' : each;
      const waitingFor = state === 'waiting' ? ('sales_paused' as const) : null;
      const progress = { ...newProgress(9, AT), state, waitingFor, results: ONE_OF_EACH };
      const record = { channel: ORDER.channel, batchId: batchId('1'), digest: '', progress, isCutOff };
      return channelBatchPage(
        visit,
        {
          record,
          cancellations: [
            { at: AT, action: '', by: null, why: '4711', reference: null, decision: null, result: null },
          ],
          log: undefined,
          asked: [],
          webUiLink: 'http://127.0.0.1:8233',
        },
        { waiting: 1 },
      );
    }),
  'what is said of an act': ({ say, words }) => [
    ...REFUSED.map((one) => `<p>${say.whyNot(one)}</p>`),
    ...REFUSED.flatMap((one) => ('because' in one ? [`<p>${say.refusal(one.because)}</p>`] : [])),
    ...['charge_was_done', 'rollback_done_by_hand', 'cancel'].map(
      (what) => `<p>${doneInWords(words, what)}</p>`,
    ),
    ...Object.keys(ATTENTION_REASONS).map(
      (reason) => `<p>${say.attention(reason as keyof typeof ATTENTION_REASONS)}</p>`,
    ), // the literal's keys
  ],
};

/** What a person reads: not what is quoted as a code or for technicians, nor ids and addresses. */
function readIn(page: string): string {
  return page
    .replaceAll(/<(head|code|option value="(?:vi|en)")[^>]*>.*?<\/\1>/gs, ' ')
    .replaceAll(/<button name="language".*?<\/button>/gs, ' ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/&#96;.*?&#96;/g, ' ') // what is typed
    .replaceAll(
      /(?:[a-z]+_)?pur_[a-z2-7]{26}\S*|docs\/\S+|“(?:strange-purchase|workers-gone|workflow-tasks-fail|temporal-unreachable|new-purchases-wait)”|\S+@\S+|batch-\w+|br-\d|purchase:\S+/g,
      ' ',
    );
}

const WORDS_OF_BOTH = new Set(
  `mobifone temporal workflow webhook worker http demo http gateway next datacode`.split(' '),
);
const wordsOf = (text: string) =>
  new Set((text.toLowerCase().match(/[\p{L}\p{M}’]{4,}/gu) ?? []).filter((word) => !WORDS_OF_BOTH.has(word)));

describe.each(Object.entries(PAGES))('%s', (_, render) => {
  const inEnglish = render(visitIn('en')).map(readIn);
  const inVietnamese = render(visitIn('vi')).map(readIn);

  it('has no code of the system among the words that people read', () => {
    for (const text of [...inEnglish, ...inVietnamese]) {
      const codes = text.match(
        /\b[a-z]+(?:_[a-z]+)+\b|\b[a-z]+[A-Z][A-Za-z]*\b|\b(?:charge|rollback)-(?:not-)?done\b|\bgive-up\b|\bpurchase\.\w+/g,
      );
      expect(codes ?? []).toEqual([]);
    }
  });

  it('has no word in the other language', () => {
    expect(inEnglish).toHaveLength(inVietnamese.length);
    const shared = inEnglish.flatMap((english, at) => {
      const vietnamese = wordsOf(inVietnamese[at] ?? '');
      return [...wordsOf(english)].filter((word) => vietnamese.has(word));
    });
    expect([...new Set(shared)]).toEqual([]);
  });
});

describe('a word of the desk in Vietnamese', () => {
  const { words, say } = visitIn('vi');
  /** Every text, also of functions: what they are given does not matter. */
  const textsIn = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    if (typeof value === 'function') return textsIn(value('', '', '', '', ''));
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
  };
  const texts = [
    ...textsIn(words),
    ...textsIn({ ...VIETNAMESE, pending: undefined }),
    ...REASON_CODES.map((code) => say.reason(code)),
    ...Object.values(BREAK_KINDS).flatMap(({ vi, nextVi }) => [vi, nextVi]),
  ];

  it('is one for one thing: who sells is “nơi bán”, and our side of a comparison “đại lý”', () => {
    expect(texts.length).toBeGreaterThan(400);
    expect(texts.filter((text) => /kênh|phía chúng ta/i.test(text))).toEqual([]);
  });

  it('does not speak to an operator as to a customer', () => {
    expect(texts.filter((text) => /quý khách/i.test(text))).toEqual([]);
  });
});

describe('why a machine did something', () => {
  const WHYS = [
    'MobiFone’s line MF1 (charge, 90000 VND, 2026-11-24T03:05:33.000Z) shows the charge, and no line undoes it; settlement files settlement sha256:1a',
    'neither the file of its day nor the next day’s has its charge; settlement files settlement sha256:1a',
    'MobiFone’s line MF1 (rollback, 90000 VND, 2026-11-24T03:05:33.000Z) undoes the registration, and no other line of it is in effect; settlement files s',
    'MobiFone’s line MF1 (registration, 90000 VND, 2026-11-24T03:05:33.000Z) shows the registration, so an inquiry will find it; settlement files s',
    'missing_there: succeeded here; case:x was closed before; settlement files settlement sha256:1a',
  ];

  it.each(WHYS)('is read in either language: %s', (why) => {
    const [english, vietnamese] = (['en', 'vi'] as const).map((language) =>
      wordsOf(visitIn(language).say.why(why)),
    );
    expect([...(english ?? [])].filter((word) => vietnamese?.has(word))).toEqual([]);
  });

  it('is left as it is where a person wrote it', () => {
    expect(visitIn('vi').say.why('the customer asked: twice')).toBe('the customer asked: twice');
  });
});
