import { formatLocalTime } from '../../domain/local-time';
import type { PurchaseStep } from '../../domain/purchase/steps';
import { toldEvents } from '../../operators/step-endings';
import type { OperatorAct } from '../../domain/purchase/operator-acts';
import type { SignedIn } from '../visit';
import { doneInWords, historyNameOf, statedInWords } from './act-name';
import { denialInWords, hasOpenCase, isDenied } from './denied';
import type { Told } from '../told-once';
import type { WholePurchase } from './whole-purchase';

type Known = Pick<WholePurchase, 'timeline' | 'cases'>;

/** The form of an act, as it was shown. */
export interface ShownAct {
  act: OperatorAct;
  /** When; ISO 8601, UTC. What has happened since overtook the form. */
  at: string;
  /** The steps that were running. */
  running: readonly PurchaseStep[];
}

/** What came in place of an act that is not open any more: a colleague's act, or the step's own end. */
export function movedOn(visit: SignedIn, known: Known, shown: ShownAct): Told {
  const { words, say } = visit;
  const { purchase, acts } = known.timeline;
  const isSince = (at: string) => Date.parse(at) > Date.parse(shown.at);
  const last = acts.findLast(({ at, notApplied }) => isSince(at) && notApplied === null);
  if (last) {
    const by = say.personsAct({ ...last, what: doneInWords(words, last.what) });
    const overtaken = words.acts.overtaken(`${formatLocalTime(new Date(last.at))} ${by}`);
    return { faults: [whatIsOpen(visit, known), overtaken] };
  }
  const ends = toldEvents(purchase, isDenied(known) || undefined).filter(
    ({ event }) => event.kind === 'step' && event.status !== 'running' && isSince(event.at),
  );
  const own = ends.filter(({ event }) => event.kind === 'step' && shown.running.includes(event.step));
  const came = own.length > 0 ? own : ends.slice(-1);
  const denial = came.some(({ ending }) => ending === 'denied') ? denialInWords(visit, known) : undefined;
  if (denial) return { faults: denial };
  if (came.length === 0) return { faults: [whatIsOpen(visit, known)] };
  const since = came.map((one) => `${say.event(one)}.`);
  if (shown.act !== 'retry') return { faults: [words.acts.notPossible(say.state(purchase.state)), ...since] };
  return { done: [words.acts.movedOn, ...since, words.acts.state(say.state(purchase.state))] };
}

/** For the address of an act that is not open, as by the browser's Back: it was done before, or cannot be done. */
export function notPossible(visit: SignedIn, known: Known, act: OperatorAct): Told {
  const { words, say } = visit;
  const { purchase, open } = known.timeline;
  const done = alreadyDone(visit, known, act);
  if (done !== undefined) return { noted: [done] };
  const left = open.length === 0 && hasOpenCase(known) ? [whatIsOpen(visit, known)] : [];
  return { faults: [words.acts.notPossible(say.state(purchase.state)), ...left] };
}

/** Who has done an act, and when; undefined where nobody has. */
export function alreadyDone({ words }: SignedIn, { timeline }: Known, act: OperatorAct): string | undefined {
  const last = timeline.acts.findLast(
    ({ what, notApplied }) => what === historyNameOf(act) && notApplied === null,
  );
  return (
    last && words.acts.alreadyDone(statedInWords(words, act), last.by, formatLocalTime(new Date(last.at)))
  );
}

function whatIsOpen({ words }: SignedIn, known: Known): string {
  const { open } = known.timeline;
  const left = hasOpenCase(known) ? words.acts.itsCase : words.acts.nothing;
  return words.acts.notOpen(open.map((one) => words.acts.names[one]).join(', ') || left);
}
