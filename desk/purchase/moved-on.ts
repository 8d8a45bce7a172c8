import { formatLocalTime } from '../../domain/local-time';
import type { PurchaseStep } from '../../domain/purchase/steps';
import { toldEvents } from '../../operators/step-endings';
import type { Timeline } from '../../operators/timeline';
import type { SignedIn } from '../visit';
import { doneInWords } from './act-name';
import type { Told } from '../told-once';

/** The form of an act, as it was shown. */
export interface ShownAct {
  /** When; ISO 8601, UTC. What has happened since overtook the form. */
  at: string;
  /** The steps that were running. */
  running: readonly PurchaseStep[];
}

/** What came in place of an act that is not open any more: a colleague's act, or the step's own end. */
export function movedOn(
  { words, say }: SignedIn,
  { purchase, acts, open }: Timeline,
  shown?: ShownAct,
): Told {
  const isSince = (at: string) => shown === undefined || Date.parse(at) > Date.parse(shown.at);
  const others = shown ? acts.filter(({ at, notApplied }) => isSince(at) && notApplied === null) : [];
  const last = others.at(-1);
  const left = words.acts.notOpen(open.map((one) => words.acts.names[one]).join(', ') || words.acts.nothing);
  if (last) {
    const by = say.personsAct({ ...last, what: doneInWords(words, last.what) });
    return { faults: [left, words.acts.overtaken(`${formatLocalTime(new Date(last.at))} ${by}`)] };
  }
  const ends = toldEvents(purchase).filter(
    ({ event }) => event.kind === 'step' && event.status !== 'running' && isSince(event.at),
  );
  const own = ends.filter(({ event }) => event.kind === 'step' && shown?.running.includes(event.step));
  const came = own.length > 0 ? own : ends.slice(-1);
  if (came.length === 0) return { faults: [left] };
  return {
    done: [
      words.acts.movedOn,
      ...came.map((one) => `${say.event(one)}.`),
      words.acts.state(say.state(purchase.state)),
    ],
  };
}
