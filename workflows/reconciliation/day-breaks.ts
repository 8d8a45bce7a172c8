import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  patched,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { LocalDay } from '../../domain/local-time';
import { openBreaksEventId } from '../../domain/notice/operations-events';
import { readable } from '../../domain/refused-input';
import { inPersonsWords } from '../../domain/persons-words';
import {
  ACCOUNT_FOR_SIGNAL,
  ACT_ON_BREAK_UPDATE,
  accountedFor,
  acted,
  DAY_BREAKS_QUERY,
  emptyRegister,
  isTooLate,
  objectionTo,
  OBSERVE_BREAKS_SIGNAL,
  observed,
  OPEN_BREAKS_MEMO,
  openBreaks,
  openSince,
  type BreakAct,
  type BreakObservation,
  type BreakPolicy,
  type DayBreaks,
  type RegisteredBreak,
  type SettledElsewhere,
} from '../../domain/reconciliation/break-register';
import { startAlert } from '../notice/start-alert';
import { RequestsTaken } from '../requests-taken';
import { requireFields, requireHandedOn, requireText, requireWebhooks } from '../start-inputs';
import { isAct, isObservation, isSettlement, lengthFault } from './break-inputs';
import { breaksStory } from './breaks-story';

const PAUSE = 'Wait until an open break is to be told to operations again';

/**
 * Keeps a day's breaks from the comparison that found them until each is closed by evidence: a later file, a case, or a
 * person with a reason. Tells operations of large ones at once and of old ones when their time is up.
 * @param before the register of the day's earlier run, which ended when nothing was open
 * @param told the breaks that operations were told of
 */
export async function dayBreaks(
  day: LocalDay,
  policy: BreakPolicy,
  before?: DayBreaks,
  told: readonly string[] = [],
): Promise<DayBreaks> {
  requireText('day', day);
  requireFields('policy', policy, { alertAfterMs: 'number', alertAmount: 'number' });
  requireWebhooks(policy);
  requireHandedOn(before);
  const register = { ...(before ?? emptyRegister(day)), runId: workflowInfo().runId };
  const keeper = new RegisterKeeper(register, policy, [...told]);
  keeper.listen();
  await condition(() => keeper.register.digest !== '');
  for (;;) {
    await keeper.alert();
    if (openBreaks(keeper.register).length === 0 && allHandlersFinished()) return keeper.register;
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) {
      await continueAsNew<typeof dayBreaks>(day, policy, keeper.register, keeper.told);
    }
    await keeper.changeOrTime();
  }
}

/** The one place that holds a day's register; its query, memo and Web UI details are written from here. */
class RegisterKeeper {
  private changes = 0;
  private readonly requests = new RequestsTaken(true); // or a reset would undo the acts after it

  constructor(
    public register: DayBreaks,
    private readonly policy: BreakPolicy,
    readonly told: string[],
  ) {}

  listen(): void {
    setHandler(defineQuery<DayBreaks>(DAY_BREAKS_QUERY), () => this.register, {
      description: 'The breaks of the day, open and closed.',
    });
    setHandler(
      defineSignal<[BreakObservation]>(OBSERVE_BREAKS_SIGNAL),
      readable((seen) => {
        if (!isObservation(seen) || seen.digest === this.register.digest) return; // the same comparison, made again
        if (!isTooLate(this.register, seen)) this.become(observed(this.register, seen, now()));
      }),
      { description: 'What a comparison of the day found.' },
    );
    setHandler(
      defineSignal<[SettledElsewhere]>(ACCOUNT_FOR_SIGNAL),
      readable((by) => {
        if (isSettlement(by) && !isTooLate(this.register, by))
          this.become(accountedFor(this.register, by, now()));
      }),
      { description: 'A sale of the day that another day’s file has.' },
    );
    setHandler(
      defineUpdate<RegisteredBreak | undefined, [BreakAct]>(ACT_ON_BREAK_UPDATE),
      readable((act) => {
        this.requests.take(act);
        this.become(acted(this.register, inPersonsWords(act), now()));
        return this.register.breaks.find(({ id }) => id === act.id);
      }),
      {
        description: 'Assigns, comments, closes or opens a break again.',
        validator: (act) => {
          const objection = isAct(act)
            ? (lengthFault(act) ?? objectionTo(this.register, act))
            : 'the update must name a break, an act and who acts';
          if (objection !== undefined) throw ApplicationFailure.nonRetryable(objection, 'ActRefused');
          this.requests.require(act);
        },
      },
    );
  }

  /** Each break once: at once when much is at stake, else when it is old. */
  async alert(): Promise<void> {
    const due = openBreaks(this.register).filter(
      (one) =>
        !this.told.includes(one.id) &&
        (one.atStake >= this.policy.alertAmount || this.ageOf(one) >= this.policy.alertAfterMs),
    );
    const [first] = due;
    if (!first) return;
    this.told.push(...due.map(({ id }) => id));
    const { day } = this.register;
    const oldest = due.map(({ foundAt }) => foundAt).toSorted()[0] ?? first.foundAt;
    const atStake = due.reduce((sum, one) => sum + one.atStake, 0);
    const data = {
      day,
      count: due.length,
      atStake,
      oldest,
      breaks: due.slice(0, MOST_NAMED).map(({ id }) => id),
      workflowId: workflowInfo().workflowId,
    };
    await startAlert(
      { type: 'operations.breaks_open', id: eventId(day, first), occurredAt: now(), data },
      `open breaks of ${day}`,
      this.policy.webhooks,
    );
  }

  async changeOrTime(): Promise<void> {
    const seen = this.changes;
    const waits = openBreaks(this.register)
      .filter(({ id }) => !this.told.includes(id))
      .map((one) => this.policy.alertAfterMs - this.ageOf(one));
    const changed = () => this.changes !== seen;
    if (waits.length === 0) await condition(changed);
    else await condition(changed, Math.max(1, Math.min(...waits)), { summary: PAUSE });
  }

  private become(register: DayBreaks): void {
    this.register = register;
    this.changes += 1;
    upsertMemo({ [OPEN_BREAKS_MEMO]: openSince(register) });
    setCurrentDetails(breaksStory(register));
  }

  private ageOf({ foundAt }: RegisteredBreak): number {
    return Date.now() - Date.parse(foundAt);
  }
}

/** A break that is found again after the register had ended is told again, perhaps beside others. */
function eventId(day: LocalDay, { id }: RegisteredBreak): string {
  const run = patched('breaks-are-told-by-register') ? workflowInfo().firstExecutionRunId : undefined;
  return openBreaksEventId(day, id, run);
}

/** Breaks that an event names; the command lists all. */
const MOST_NAMED = 20;

function now(): string {
  return new Date().toISOString();
}
