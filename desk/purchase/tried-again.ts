import type { PurchaseId } from '../../domain/identifiers';
import { toldEvents } from '../../operators/step-endings';
import type { Timeline } from '../../operators/timeline';
import { LatestEntries } from '../../runtime/latest-entries';
import type { Session } from '../access/sessions';
import type { SignedIn } from '../visit';
import { denialInWords, isDenied } from './denied';
import { lastCause } from './last-cause';
import { nextTry } from './next-try';
import type { WholePurchase } from './whole-purchase';

/** A purchase as it is now, with the cases that are known of it. */
type Now = Pick<WholePurchase, 'timeline' | 'cases'>;

/** What a purchase was when somebody tried it again. */
interface Before {
  /** By the clock of this process, milliseconds. */
  at: number;
  events: number;
  calls: number;
  /** What a page has said: that the step is over, or that a try was in vain. */
  told?: 'end' | 'in_vain';
  /** Whether that was on an earlier page than the one that is open. */
  isLater?: boolean;
}

/** What came of trying again. */
export interface Outcome {
  kind: 'open' | 'done' | 'fault';
  sentences: readonly string[];
}

/** After so long the page stops waiting: the purchase goes on by itself. */
const WAIT_MS = 60_000;
/** A result that is older says nothing about the purchase as it is. */
const TOLD_FOR_MS = 600_000;
const MOST_KEPT = 1_000;

/** Follows what somebody tried again until something has come of it: that it was tried does not say that it went well. */
export class TriedAgain {
  private readonly kept = new LatestEntries<string, Before>(MOST_KEPT);

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @param before the purchase before it was tried again */
  keep({ id: session }: Session, id: PurchaseId, { purchase, tries }: Timeline): void {
    this.kept.set(`${session} ${id}`, {
      at: this.now(),
      events: purchase.events.length,
      calls: tries.ordered,
    });
  }

  /** Another act has a result of its own. */
  forget({ id: session }: Session, id: PurchaseId): void {
    this.kept.delete(`${session} ${id}`);
  }

  /** For a page that is opened: what an earlier page has said is not said again; what has come since is. */
  open(visit: SignedIn, now: Now): Outcome | undefined {
    const { purchaseId } = now.timeline.purchase.order;
    const before = this.kept.get(`${visit.session.id} ${purchaseId}`);
    if (before?.told === 'end') this.forget(visit.session, purchaseId);
    if (before?.told === 'in_vain') before.isLater = true;
    return this.shown(visit, now);
  }

  /** For a page that stays open, and for one that is opened. */
  shown(visit: SignedIn, now: Now): Outcome | undefined {
    const before = this.kept.get(`${visit.session.id} ${now.timeline.purchase.order.purchaseId}`);
    const outcome = this.of(visit, now);
    if (!before || !outcome) return undefined;
    const isEnd = ended(visit, now, before) !== undefined;
    if (before.isLater && !isEnd) return undefined;
    if (outcome.kind !== 'open') before.told = isEnd ? 'end' : 'in_vain';
    return outcome;
  }

  of(visit: SignedIn, now: Now): Outcome | undefined {
    const { timeline } = now;
    const before = this.kept.get(`${visit.session.id} ${timeline.purchase.order.purchaseId}`);
    if (!before || this.now() - before.at > TOLD_FOR_MS) return undefined;
    const isLate = this.now() - before.at > WAIT_MS;
    return ended(visit, now, before) ?? cameBack(visit, timeline, before) ?? notYet(visit, timeline, isLate);
  }
}

/** The step that was stuck is over, or another thing has happened. */
function ended(visit: SignedIn, now: Now, before: Before): Outcome | undefined {
  const { words, say } = visit;
  const { purchase } = now.timeline;
  const events = toldEvents(purchase, isDenied(now) || undefined);
  const since = events.filter(({ event }) => event.sequence > before.events);
  const step = since.find(({ event }) => event.kind === 'step' && event.status !== 'running');
  if (!step) return undefined;
  const denial = since.some(({ ending }) => ending === 'denied') ? denialInWords(visit, now) : undefined;
  if (denial) return { kind: 'fault', sentences: denial };
  const sentences = [`${say.event(step)}.`, words.acts.state(say.state(purchase.state))];
  return { kind: 'done', sentences: purchase.attention ? sentences : [...sentences, words.acts.nothingLeft] };
}

/** A call was made since and its answer settles nothing. */
function cameBack(visit: SignedIn, timeline: Timeline, before: Before): Outcome | undefined {
  const { tries, purchase } = timeline;
  if (!tries.cameBack.some((number) => number > before.calls)) return undefined;
  const { words } = visit;
  const why = lastCause(visit, timeline) ?? words.acts.noAnswer;
  const next = tries.nextAt === null ? undefined : nextTry(visit, tries.nextAt);
  return {
    kind: 'fault',
    sentences: [
      words.acts.triedInVain(why),
      ...(purchase.attention || next ? [next ?? words.acts.goesOn] : []),
    ],
  };
}

function notYet(visit: SignedIn, { tries }: Timeline, isLate: boolean): Outcome {
  const { acts } = visit.words;
  if (!isLate) return { kind: 'open', sentences: [acts.waits] };
  return {
    kind: 'fault',
    sentences: [acts.noAnswer, tries.nextAt === null ? acts.goesOn : nextTry(visit, tries.nextAt)],
  };
}
