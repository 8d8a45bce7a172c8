import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Runtime } from '@temporalio/worker';
import '../support/quiet-runtime';
import { Attempt } from '../../activities/attempt';
import { settle, type SendOptions } from '../../activities/settle';
import type { GatewayTerms } from '../../domain/gateway-promises';
import type { FailureDetail } from '../../domain/command-result';
import type { GatewayVerdict, InquiryVerdict } from '../../domain/gateway-verdict';
import { ownActivityId } from '../../domain/own-activity-id';
import type { ReasonCode } from '../../domain/purchase/reasons';

/** A gateway nobody knows: it keeps nothing, and its inquiries may be wrong for two minutes. */
const UNKNOWN: GatewayTerms = { kept: [], finalAfterMs: 120_000 };
const DONE = { kind: 'done' } as const;
const NOT_FOUND = { kind: 'never_received' } as const;
const SILENCE = { kind: 'unknown', detail: 'no reply' } as const;
const EXPIRED = { kind: 'retry_later', detail: 'HTTP 401', credentials: 'renewed' } as const;
/** What keeps a call from being sent once its attempt may no longer count. */
const LOST = ApplicationFailure.create({ type: 'AttemptLost', message: 'nothing was sent' });
const refused = (refusal: ReasonCode) => ({ kind: 'refused', refusal }) as const;

const SCHEDULED_MS = 1_000_000;
const RUN = 'a-run';
/** An activity of a workflow that began before its activities' ids named their run. */
const OLDER: Partial<Info> = { activityId: '7' };

/** One attempt of a charge; what it sent and asked, in order. */
class Story {
  readonly calls: string[] = [];
  /** What the attempt told the next. */
  told: unknown;
  private readonly environment: MockActivityEnvironment;

  constructor(
    private readonly gateway: {
      send?: (GatewayVerdict | Error)[];
      inquiries?: (InquiryVerdict | Error)[];
    },
    private readonly options: Partial<SendOptions> = {},
    info: Partial<Info> = {},
    private readonly terms: GatewayTerms = UNKNOWN,
  ) {
    this.environment = new MockActivityEnvironment(
      {
        attempt: 1,
        activityId: ownActivityId({ activityType: 'chargeSubscriber', originalRunId: RUN }, 1),
        workflowExecution: { workflowId: 'purchase:demo:a', runId: RUN },
        startToCloseTimeoutMs: 600_000, // of a machine that stalls as well
        scheduledTimestampMs: SCHEDULED_MS,
        currentAttemptScheduledTimestampMs: SCHEDULED_MS + ((info.attempt ?? 1) > 1 ? 1_000 : 0),
        ...info,
      },
      { logger: Runtime.instance().logger },
    );
    this.environment.on('heartbeat', (told: unknown) => (this.told = told));
  }

  run() {
    return this.environment.run(() =>
      settle(
        {
          subject: 'charge',
          options: { askFirst: false, ...this.options },
          expected: { amount: 90_000, packageCode: 'D90' },
          send: async () => this.next('send', this.gateway.send),
          inquire: async () => this.next('ask', this.gateway.inquiries),
        },
        new Attempt(),
        this.terms,
      ),
    );
  }

  async failure(): Promise<ApplicationFailure & { detail: FailureDetail }> {
    const failure: unknown = await this.run().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(failure instanceof ApplicationFailure)) throw new Error('it did not fail as an activity does');
    return Object.assign(failure, { detail: failure.details?.[0] ?? {} }); // as `gatewayFailure` wrote it
  }

  private next<V>(call: string, verdicts: (V | Error)[] = []): V {
    this.calls.push(call);
    const verdict = verdicts.shift() ?? new Error(`no ${call} was expected`);
    if (verdict instanceof Error) throw verdict;
    return verdict;
  }
}

/** The next attempt of the same activity, so much later by Temporal's clock. */
const attemptAfter = (before: Story, attempt: number, afterMs: number): Partial<Info> => ({
  attempt,
  currentAttemptScheduledTimestampMs: SCHEDULED_MS + afterMs,
  heartbeatDetails: before.told,
});

/** An activity that was ordered so much later. */
const laterBy = (ms: number): Partial<Info> => ({
  scheduledTimestampMs: SCHEDULED_MS + ms,
  currentAttemptScheduledTimestampMs: SCHEDULED_MS + ms,
});

describe('a command whose reply was lost', () => {
  it('is not sent again as long as an inquiry may be wrong, and is asked about at growing pauses', async () => {
    const first = new Story({ send: [SILENCE] });
    await first.failure();
    const second = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(first, 2, 1_000));
    expect(await second.failure()).toMatchObject({ nextRetryDelay: 1_000, nonRetryable: false });
    const third = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(second, 3, 21_000));
    expect(await third.failure()).toMatchObject({ nextRetryDelay: 20_000 });
    const late = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(third, 4, 120_999));
    expect(await late.failure()).toMatchObject({ nextRetryDelay: 1 });
    expect([second.calls, third.calls, late.calls]).toEqual([['ask'], ['ask'], ['ask']]);
  });

  it('is sent by the next activity when nothing was sent for so long and MobiFone still does not know it', async () => {
    const first = new Story({ send: [SILENCE] });
    await first.failure();
    const second = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(first, 2, 1_000));
    await second.failure();
    const third = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(second, 3, 121_000));
    const { type, nonRetryable, detail } = await third.failure();
    expect({ type, nonRetryable }).toEqual({ type: 'MobifoneToBeSent', nonRetryable: true });
    expect(detail).toEqual({ quiet: { sinceMs: SCHEDULED_MS + 1_000, run: RUN }, triedMs: 121_000 });
    expect(third.calls).toEqual(['ask']);
    const { quiet } = detail;
    const next = new Story(
      { inquiries: [NOT_FOUND], send: [DONE] },
      { askFirst: true, quiet },
      laterBy(122_000),
    );
    expect(await next.run()).toMatchObject({ kind: 'done', attempts: 2 });
    expect(next.calls).toEqual(['ask', 'send']);
  });

  it.each([
    ['in another run', { workflowExecution: { workflowId: 'purchase:demo:a', runId: 'a-reset' } }],
    ['in an attempt after one that was lost', { attempt: 2 }],
    ['after Temporal’s activity reset', { currentAttemptScheduledTimestampMs: SCHEDULED_MS + 122_001 }],
    ['in an activity of an older workflow, which sends in any attempt', OLDER],
  ])('is not known to be unsent %s, whatever the workflow knew', async (_, info) => {
    const quiet = { sinceMs: SCHEDULED_MS, run: RUN };
    const story = new Story(
      { inquiries: [NOT_FOUND] },
      { askFirst: true, quiet },
      { ...laterBy(122_000), ...info },
    );
    expect((await story.failure()).type).toBe('MobifoneOutcomeUnknown');
    expect(story.calls).toEqual(['ask']);
  });

  it('is sent again by any attempt of an activity of an older workflow, whose id is a number', async () => {
    const first = new Story({ send: [SILENCE] }, {}, OLDER);
    await first.failure();
    const second = new Story({ inquiries: [NOT_FOUND] }, {}, { ...OLDER, ...attemptAfter(first, 2, 1_000) });
    expect((await second.failure()).detail).not.toHaveProperty('quiet');
    const third = new Story(
      { inquiries: [NOT_FOUND], send: [DONE] },
      {},
      { ...OLDER, ...attemptAfter(second, 3, 121_000) },
    );
    expect(await third.run()).toMatchObject({ kind: 'done', attempts: 3 });
    expect(third.calls).toEqual(['ask', 'send']);
  });

  it('counts from anew when the attempt before it was lost, whatever an earlier one told', async () => {
    const second = new Story({ inquiries: [NOT_FOUND] }, {}, { attempt: 2 });
    await second.failure();
    const fourth = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(second, 4, 500_000));
    await fourth.failure();
    expect(fourth.calls).toEqual(['ask']);
  });

  it('is sent again at once where MobiFone executes an id once (P1)', async () => {
    const terms: GatewayTerms = { ...UNKNOWN, kept: ['P1'] };
    const story = new Story({ inquiries: [NOT_FOUND] }, {}, { attempt: 2 }, terms);
    expect((await story.failure()).type).toBe('MobifoneToBeSent');
    const next = new Story({ inquiries: [NOT_FOUND], send: [DONE] }, { askFirst: true }, {}, terms);
    await next.run();
    expect(next.calls).toEqual(['ask', 'send']);
  });

  it('is asked about before it is sent again with a renewed token, although a 401 says that nothing was done', async () => {
    const story = new Story({ send: [EXPIRED, DONE], inquiries: [NOT_FOUND] });
    expect(await story.run()).toMatchObject({ kind: 'done', settledBy: 'reply', attempts: 1 });
    expect(story.calls).toEqual(['send', 'ask', 'send']);
  });

  it('is not sent again where MobiFone had executed it and answered 401', async () => {
    const story = new Story({
      send: [EXPIRED],
      inquiries: [{ kind: 'done', amount: 90_000, packageCode: 'D90' }],
    });
    expect(await story.run()).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
    expect(story.calls).toEqual(['send', 'ask']);
  });

  it('waits for its next attempt where the renewed token is refused too, or the inquiry settles nothing', async () => {
    const refusedAgain = new Story({ send: [EXPIRED, EXPIRED], inquiries: [NOT_FOUND] });
    expect((await refusedAgain.failure()).detail).toMatchObject({ neverSent: true });
    const silent = new Story({ send: [EXPIRED], inquiries: [SILENCE] });
    expect((await silent.failure()).message).toMatch(/^inquiry about the charge: outcome unknown/);
    expect([refusedAgain.calls, silent.calls]).toEqual([
      ['send', 'ask', 'send'],
      ['send', 'ask'],
    ]);
  });

  it('is not waited for where it was certainly never sent', async () => {
    const first = new Story({ send: [{ kind: 'retry_later', detail: 'HTTP 429' }] });
    expect((await first.failure()).detail).toMatchObject({ neverSent: true });
    const second = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(first, 2, 1_000));
    expect(await second.failure()).toMatchObject({ type: 'MobifoneToBeSent', detail: { neverSent: true } });
    const next = new Story({ inquiries: [NOT_FOUND], send: [DONE] }, { askFirst: true, neverSent: true });
    await next.run();
    expect([second.calls, next.calls]).toEqual([['ask'], ['ask', 'send']]);
  });

  it('is not waited for where its attempt no longer counted when it was about to be sent', async () => {
    const first = new Story({ send: [LOST] });
    await first.failure();
    const second = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(first, 2, 1_000));
    expect(await second.failure()).toMatchObject({ type: 'MobifoneToBeSent', detail: { neverSent: true } });
  });

  it('may have been sent by an attempt that was lost, although the workflow knew that it never was before', async () => {
    for (const lost of [{ attempt: 2 }, { currentAttemptScheduledTimestampMs: SCHEDULED_MS + 1_000 }]) {
      const next = new Story({ inquiries: [NOT_FOUND] }, { askFirst: true, neverSent: true }, lost);
      expect((await next.failure()).detail).not.toHaveProperty('neverSent');
      expect(next.calls).toEqual(['ask']);
    }
  });

  it('may have been sent, for the next round too, however often an inquiry does not find it', async () => {
    const first = new Story({ send: [SILENCE] });
    expect((await first.failure()).detail).toEqual({});
    const second = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(first, 2, 1_000));
    expect((await second.failure()).detail).not.toHaveProperty('neverSent');
  });

  it('is in doubt in the next round, whose first attempt counts as a second one', async () => {
    const round = new Story({ inquiries: [DONE] }, { askFirst: true });
    expect(await round.run()).toMatchObject({ kind: 'done', attempts: 2 });
  });
});

describe('an activity that may have begun while the one before it could still send', () => {
  const HEARD_OF_MS = 10_000;
  const LIMITS: Partial<Info> = { heartbeatTimeoutMs: HEARD_OF_MS };

  it.each([
    ['since that was interrupted', { interrupted: true }, {}],
    ['since it is of a copied run', { anew: true }, {}],
    [
      'since it is of a reset run',
      {},
      { workflowExecution: { workflowId: 'purchase:demo:b', runId: 'reset' } },
    ],
  ])('counts the quiet from when that must have heard of it, %s', async (_, known, ofRun) => {
    const options = { askFirst: true, ...known };
    const info = { ...LIMITS, ...ofRun };
    const first = new Story({ inquiries: [NOT_FOUND] }, options, info);
    expect((await first.failure()).nextRetryDelay).toBe(HEARD_OF_MS);
    const early = { ...info, ...attemptAfter(first, 2, UNKNOWN.finalAfterMs + HEARD_OF_MS - 1) };
    const second = new Story({ inquiries: [NOT_FOUND] }, options, early);
    expect((await second.failure()).type).toBe('MobifoneOutcomeUnknown');
    const late = { ...info, ...attemptAfter(second, 3, UNKNOWN.finalAfterMs + HEARD_OF_MS) };
    const third = new Story({ inquiries: [NOT_FOUND] }, options, late);
    expect((await third.failure()).type).toBe('MobifoneToBeSent');
  });

  it('waits for nothing where MobiFone executes an id once (P1)', async () => {
    const options = { askFirst: true, interrupted: true };
    const terms: GatewayTerms = { ...UNKNOWN, kept: ['P1'] };
    const story = new Story({ inquiries: [NOT_FOUND], send: [DONE] }, options, LIMITS, terms);
    expect(await story.run()).toMatchObject({ kind: 'done' });
  });
});

describe('an attempt that says it is the first', () => {
  it('after Temporal’s activity reset is not: it was scheduled later than its activity', async () => {
    const story = new Story(
      { inquiries: [DONE] },
      {},
      { currentAttemptScheduledTimestampMs: SCHEDULED_MS + 1 },
    );
    expect(await story.run()).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
    expect(story.calls).toEqual(['ask']);
  });
});

describe('a refusal that our own command may have caused', () => {
  const ours = refused('package_already_active');

  it.each([
    'package_already_active',
    'registration_refused',
    'insufficient_balance',
    'duplicate_order',
  ] as const)('is no refusal when an inquiry says that the command was done: %s', async (refusal) => {
    const story = new Story({ send: [refused(refusal)], inquiries: [DONE] });
    expect(await story.run()).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
  });

  it('is asked about where refusals stick but an id may be executed twice (P2 without P1)', async () => {
    const story = new Story({ send: [ours], inquiries: [DONE] }, {}, {}, { ...UNKNOWN, kept: ['P2'] });
    expect(await story.run()).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
  });

  it('counts at once when the inquiry tells it too', async () => {
    const story = new Story({ send: [ours], inquiries: [ours] });
    expect(await story.run()).toMatchObject({ ...ours, attempts: 1 });
  });

  it('leaves no doubt when an inquiry that lags tells it at last: it was sent once only', async () => {
    const first = new Story({ send: [ours], inquiries: [NOT_FOUND] });
    expect((await first.failure()).detail).toMatchObject({ sentOnce: true });
    const second = new Story({ inquiries: [ours] }, {}, attemptAfter(first, 2, 1_000));
    expect(await second.run()).toMatchObject({ ...ours, attempts: 1 });
    const nextRound = new Story(
      { inquiries: [ours] },
      { askFirst: true, refusedWith: ours.refusal, sentOnce: true },
    );
    expect(await nextRound.run()).toMatchObject({ ...ours, attempts: 1 });
  });

  it('counts, in doubt and without being sent again, when an inquiry that may be wrong no longer can be', async () => {
    const first = new Story({ send: [ours], inquiries: [NOT_FOUND] });
    expect((await first.failure()).detail).toMatchObject({ refusedWith: 'package_already_active' });
    const second = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(first, 2, 1_000));
    await second.failure();
    const third = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(second, 3, 121_000));
    expect(await third.run()).toMatchObject({ ...ours, settledBy: 'inquiry', attempts: 3 });
    expect(third.calls).toEqual(['ask']);
  });

  it('may come of a command that was sent, where the attempt could then no longer ask', async () => {
    const first = new Story({ send: [ours], inquiries: [LOST] });
    const { type, detail } = await first.failure();
    expect({ type, detail }).toEqual({
      type: 'MobifoneOutcomeUnknown',
      detail: { refusedWith: ours.refusal, sentOnce: true },
    });
    const second = new Story({ inquiries: [NOT_FOUND] }, {}, attemptAfter(first, 2, 10_000));
    expect((await second.failure()).type).toBe('MobifoneOutcomeUnknown');
    const third = new Story({ inquiries: [DONE] }, {}, attemptAfter(second, 3, 20_000));
    expect(await third.run()).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
  });

  it('is remembered over rounds', async () => {
    const known = { askFirst: true, refusedWith: 'package_already_active' } as const;
    const landed = new Story({ inquiries: [DONE] }, known);
    expect(await landed.run()).toMatchObject({ kind: 'done', attempts: 2 });
    const first = new Story({ inquiries: [NOT_FOUND] }, known);
    await first.failure();
    const last = new Story({ inquiries: [NOT_FOUND] }, known, attemptAfter(first, 2, 121_000));
    expect(await last.run()).toMatchObject(ours);
    expect(last.calls).toEqual(['ask']);
  });

  it('is taken at its word where ids are executed once and refusals stick (P1, P2)', async () => {
    const story = new Story({ send: [ours] }, {}, {}, { ...UNKNOWN, kept: ['P1', 'P2'] });
    expect(await story.run()).toMatchObject(ours);
    expect(story.calls).toEqual(['send']);
  });
});

describe('a refusal after doubt, whatever it is', () => {
  it('is asked about: the command may have landed first', async () => {
    const suspended = refused('subscriber_suspended');
    const quiet = { sinceMs: SCHEDULED_MS, run: RUN };
    const story = new Story(
      { inquiries: [NOT_FOUND, DONE], send: [suspended] },
      { askFirst: true, quiet },
      laterBy(121_000),
    );
    expect(await story.run()).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
    expect(story.calls).toEqual(['ask', 'send', 'ask']);
  });

  it('is asked about where an id is executed once but a refusal may not stick (P1 without P2)', async () => {
    const story = new Story(
      { inquiries: [NOT_FOUND, DONE], send: [refused('subscriber_suspended')] },
      { askFirst: true },
      {},
      { ...UNKNOWN, kept: ['P1'] },
    );
    expect(await story.run()).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
  });

  it('leaves what was sent before it in doubt', async () => {
    const suspended = refused('subscriber_suspended');
    const story = new Story({ inquiries: [suspended] }, {}, { attempt: 2 });
    expect(await story.run()).toMatchObject({ ...suspended, attempts: 2 });
  });

  it('on the first attempt is taken at its word: nothing of ours can have caused it', async () => {
    const story = new Story({ send: [refused('subscriber_suspended')] });
    await story.run();
    expect(story.calls).toEqual(['send']);
  });
});

describe('a reply for another package', () => {
  const other = { kind: 'broken_contract', detail: 'another package', disputed: 'package' } as const;
  const known = { askFirst: true, neverSent: true, persistent: true } as const;

  it.each([DONE, { ...DONE, amount: 90_000 }])(
    'is not confirmed by an inquiry that does not tell the package: %j',
    async (told) => {
      const story = new Story({ inquiries: [told] }, { askFirst: true, disputed: 'package' });
      expect(await story.failure()).toMatchObject({ nonRetryable: true, detail: { disputed: 'package' } });
    },
  );

  it('is confirmed by one that tells the right package', async () => {
    const told = { ...DONE, packageCode: 'D90' };
    const story = new Story({ inquiries: [told] }, { askFirst: true, disputed: 'package' });
    expect(await story.run()).toMatchObject({ kind: 'done' });
  });

  it.each([
    { by: 'a reply', first: () => new Story({ inquiries: [NOT_FOUND], send: [other] }, known) },
    { by: 'an inquiry', first: () => new Story({ inquiries: [{ ...DONE, packageCode: 'D1' }] }, known) },
  ])('is disputed in the next attempt as well, when $by named it', async ({ first }) => {
    const before = first();
    await before.failure();
    const next = new Story({ inquiries: [DONE] }, known, attemptAfter(before, 2, 1_000));
    expect((await next.failure()).detail).toMatchObject({ disputed: 'package' });
  });

  it.each([
    { first: 'amount', next: { ...other }, right: { amount: 90_000 } },
    { first: 'amount', next: { ...other }, right: { packageCode: 'D90' } },
    { first: 'package', next: { ...other, disputed: 'amount' }, right: { amount: 90_000 } },
    { first: 'package', next: { ...other, disputed: 'amount' }, right: { packageCode: 'D90' } },
  ] as const)(
    'and one for another amount are both disputed, first the $first: $right confirms one of them only',
    async ({ first, next, right }) => {
      const before = new Story({ inquiries: [NOT_FOUND], send: [next] }, { ...known, disputed: first });
      expect((await before.failure()).detail).toMatchObject({ disputed: 'amount_and_package' });
      const inNextAttempt = new Story(
        { inquiries: [{ ...DONE, ...right }] },
        known,
        attemptAfter(before, 2, 1_000),
      );
      expect((await inNextAttempt.failure()).detail).toMatchObject({ disputed: 'amount_and_package' });
      const inNextRound = new Story(
        { inquiries: [{ ...DONE, amount: 90_000, packageCode: 'D90' }] },
        { askFirst: true, disputed: 'amount_and_package' },
      );
      expect(await inNextRound.run()).toMatchObject({ kind: 'done' });
    },
  );

  it.each([
    { amount: 9_000, packageCode: 'D90' },
    { amount: 90_000, packageCode: 'D1' },
  ])('and one for another amount stay both disputed when an inquiry denies one of them: %j', async (told) => {
    const story = new Story(
      { inquiries: [{ ...DONE, ...told }] },
      { askFirst: true, disputed: 'amount_and_package' },
    );
    expect((await story.failure()).detail).toMatchObject({ disputed: 'amount_and_package' });
  });

  it('for which an inquiry names another amount is disputed in both', async () => {
    const told = { ...DONE, amount: 9_000, packageCode: 'D1' };
    const story = new Story({ inquiries: [told] }, { askFirst: true });
    expect((await story.failure()).detail).toMatchObject({ disputed: 'amount_and_package' });
  });
});

describe('a reply for another amount', () => {
  const other = { kind: 'broken_contract', detail: 'another amount', disputed: 'amount' } as const;

  it('is for a person, and says that the amount is disputed', async () => {
    const failure = await new Story({ send: [other] }).failure();
    expect(failure).toMatchObject({ nonRetryable: true, detail: { disputed: 'amount' } });
  });

  it('is not confirmed by an inquiry that does not tell the amount', async () => {
    const story = new Story({ inquiries: [DONE] }, { askFirst: true, disputed: 'amount' });
    expect(await story.failure()).toMatchObject({ nonRetryable: true, detail: { disputed: 'amount' } });
  });

  it('is confirmed by one that tells the right amount', async () => {
    const told = { ...DONE, amount: 90_000 };
    const story = new Story({ inquiries: [told] }, { askFirst: true, disputed: 'amount' });
    expect(await story.run()).toMatchObject({ kind: 'done' });
  });

  it.each([
    { told: { ...DONE, amount: 9_000 }, why: 'another amount' },
    { told: { ...DONE, amount: 90_000, packageCode: 'D1' }, why: 'another package' },
  ])('or package that only the inquiry tells is for a person as well: $why', async ({ told }) => {
    const story = new Story({ inquiries: [told] }, { askFirst: true });
    expect((await story.failure()).type).toBe('MobifoneBrokenContract');
  });

  const known = { askFirst: true, neverSent: true, persistent: true } as const;

  it.each([
    { by: 'a reply', first: () => new Story({ inquiries: [NOT_FOUND], send: [other] }, known) },
    {
      by: 'an inquiry',
      first: () => new Story({ inquiries: [{ ...DONE, amount: 9_000 }] }, known),
    },
  ])('is disputed in the next attempt as well, when $by named it', async ({ first }) => {
    const before = first();
    await before.failure();
    const next = new Story({ inquiries: [DONE] }, known, attemptAfter(before, 2, 1_000));
    expect((await next.failure()).detail).toMatchObject({ disputed: 'amount' });
  });

  it('is looked for where the inquiry tells the amount (P7): one that does not breaks the contract', async () => {
    const terms: GatewayTerms = { ...UNKNOWN, kept: ['P7'] };
    const story = new Story({ inquiries: [DONE] }, { askFirst: true }, {}, terms);
    expect((await story.failure()).type).toBe('MobifoneBrokenContract');
  });

  it('is tried again by Temporal once a person knows of it', async () => {
    const story = new Story({ inquiries: [DONE] }, { askFirst: true, disputed: 'amount', persistent: true });
    expect((await story.failure()).nonRetryable).toBe(false);
  });
});
