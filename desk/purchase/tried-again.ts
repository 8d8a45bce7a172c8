import type { PurchaseId } from '../../domain/identifiers';
import { formatLocalClock } from '../../domain/local-time';
import { toldEvents } from '../../operators/step-endings';
import type { Timeline } from '../../operators/timeline';
import type { Session } from '../access/sessions';
import type { SignedIn } from '../visit';
import { reasonInWords } from './attention-card';

/** What a purchase was when somebody tried it again. */
interface Before {
  /** By the clock of this process, milliseconds. */
  at: number;
  events: number;
  calls: number;
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
  private readonly kept = new Map<string, Before>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @param before the purchase before it was tried again */
  keep({ id: session }: Session, id: PurchaseId, { purchase, tries }: Timeline): void {
    this.kept.delete(`${session} ${id}`);
    this.kept.set(`${session} ${id}`, {
      at: this.now(),
      events: purchase.events.length,
      calls: tries.ordered,
    });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
  }

  /** Another act has a result of its own. */
  forget({ id: session }: Session, id: PurchaseId): void {
    this.kept.delete(`${session} ${id}`);
  }

  of(visit: SignedIn, timeline: Timeline): Outcome | undefined {
    const before = this.kept.get(`${visit.session.id} ${timeline.purchase.order.purchaseId}`);
    if (!before || this.now() - before.at > TOLD_FOR_MS) return undefined;
    const isLate = this.now() - before.at > WAIT_MS;
    return (
      ended(visit, timeline, before) ?? cameBack(visit, timeline, before) ?? notYet(visit, timeline, isLate)
    );
  }
}

/** The step that was stuck is over, or another thing has happened. */
function ended({ words, say }: SignedIn, { purchase }: Timeline, before: Before): Outcome | undefined {
  const since = toldEvents(purchase).filter(({ event }) => event.sequence > before.events);
  const step = since.find(({ event }) => event.kind === 'step' && event.status !== 'running');
  if (!step) return undefined;
  const sentences = [`${say.event(step)}.`, words.acts.state(say.state(purchase.state))];
  return { kind: 'done', sentences: purchase.attention ? sentences : [...sentences, words.acts.nothingLeft] };
}

/** A call was made since and its answer settles nothing. */
function cameBack(visit: SignedIn, timeline: Timeline, before: Before): Outcome | undefined {
  const { tries, purchase } = timeline;
  if (!tries.cameBack.some((number) => number > before.calls)) return undefined;
  const { words } = visit;
  const why = whyNot(visit, timeline);
  const next = nextTry(visit, tries.nextAt);
  return {
    kind: 'fault',
    sentences: [
      words.acts.triedInVain(why),
      ...(purchase.attention || next ? [next ?? words.acts.goesOn] : []),
    ],
  };
}

/** The last failure of what is tried now, or else why it is stuck. */
function whyNot(visit: SignedIn, { pending, purchase: { attention } }: Timeline): string {
  const failure = pending.findLast(({ lastFailure }) => lastFailure !== null)?.lastFailure;
  const cause = failure === null || failure === undefined ? undefined : visit.say.cause(failure);
  if (cause !== undefined) return `${cause}.`;
  return attention ? reasonInWords(visit, attention) : visit.words.acts.noAnswer;
}

function notYet(visit: SignedIn, { tries }: Timeline, isLate: boolean): Outcome {
  const { acts } = visit.words;
  if (!isLate) return { kind: 'open', sentences: [acts.waits] };
  return { kind: 'fault', sentences: [acts.noAnswer, nextTry(visit, tries.nextAt) ?? acts.goesOn] };
}

function nextTry({ words }: SignedIn, at: string | null): string | undefined {
  return at === null ? undefined : words.acts.nextTry(formatLocalClock(new Date(at)));
}
