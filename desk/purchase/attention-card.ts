import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import { waitsForMachine, type Attention } from '../../domain/purchase/attention';
import { statedStep } from '../../domain/purchase/steps';
import type { PersonsAct, Timeline } from '../../operators/timeline';
import { formatLocalTime } from '../../domain/local-time';
import { html, type Html, type Piece } from '../html';
import { technical } from '../layout';
import type { SignedIn } from '../visit';
import { ageInWords } from '../words/age';
import { doneInWords } from './act-name';
import { actsToChoose } from './acts-to-choose';
import { reasonInWords } from './last-cause';
import { nextTry } from './next-try';
import { stakeOf } from './stake';
import type { WholePurchase } from './whole-purchase';

/**
 * Of a purchase that is stuck: what happened, what is at stake, which act is right, and its button. The rest is folded,
 * so that it is read in seconds.
 */
export function attentionCard(
  visit: SignedIn,
  whole: WholePurchase,
  needed: Attention,
  { answers, acts }: { answers?: MobifoneAnswers | undefined; acts?: readonly PersonsAct[] | undefined },
): Html {
  const { words } = visit;
  const { timeline } = whole;
  const { atStake, advice, right, quote, isCall } = stakeOf(visit, timeline, needed, answers);
  const age = ageInWords(words, needed.since, new Date());
  const [first] = isCall ? quote : [];
  return html`<section class="card attention">
    <h2>${words.purchase[waitsForMachine(needed.step) ? 'waitsForMobifone' : 'attention'](age)}</h2>
    <p id="what">${stepInWords(visit, whole, needed)}: ${reasonInWords(visit, needed, timeline.pending)}</p>
    ${refusedLast(visit, acts ?? timeline.acts, needed)}
    <p id="at-stake">${atStake}</p>
    ${advice !== '' && html`<p id="advice">${advice}${first !== undefined && html` ${words.stakes.quote} <code>${first}</code>`}</p>`}
    ${actsToChoose(visit, timeline, right)} ${triedNext(visit, timeline)}
    ${technical(words, needed.detail, first === undefined ? quote : quote.slice(1))}
  </section>`;
}

/** When it is tried again by itself; nothing where that is not known, or is just being done. */
function triedNext(visit: SignedIn, { tries: { nextAt } }: Timeline): Piece {
  if (nextAt === null || new Date(nextAt) <= new Date()) return null;
  return html`<p class="hint" id="next-try">${nextTry(visit, nextAt)}</p>`;
}

/** What a colleague has just tried in vain: whoever comes next must not do it again. */
function refusedLast({ words, say }: SignedIn, acts: readonly PersonsAct[], { since }: Attention): Piece {
  const last = acts.at(-1);
  if (!last || last.notApplied === null || Date.parse(last.at) < Date.parse(since)) return null;
  return html`<p id="refused-last">
    ${formatLocalTime(new Date(last.at))}:
    ${say.personsAct({ ...last, what: doneInWords(words, last.what) })}.
  </p>`;
}

/** What MobiFone is to confirm says which statement that was about; any other step is named in a word. */
function stepInWords({ say }: SignedIn, { timeline }: WholePurchase, { step }: Attention): string {
  return step === 'decision_check'
    ? say.step(step, statedStep(timeline.purchase.steps))
    : say.shortStep(step);
}
