import type { Block } from '../../domain/blocks';
import { isCaseOver } from '../../domain/case/case';
import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import { formatLocalClock, formatLocalTime } from '../../domain/local-time';
import type { NoticeLog } from '../../domain/notice/notice';
import { runningSteps } from '../../domain/purchase/attention';
import type { PersonsAct, Timeline } from '../../operators/timeline';
import { refundNoticeId } from '../../domain/identifiers';
import type { QueueItem } from '../../operators/queue-item';
import { toldEvents } from '../../operators/step-endings';
import { caseInPlainWords, foundInPlainWords } from '../cases/found';
import { html, type Html, type Piece } from '../html';
import { amount, exactTime, facts, notice, page, time, tokenField } from '../layout';
import { noticeLog } from '../notice-log';
import type { SignedIn } from '../visit';
import { caseAddress, nextInQueue } from '../queue/queue-links';
import { doneInWords } from './act-name';
import type { UnderWay } from './acts-under-way';
import { actsToChoose } from './acts-to-choose';
import { answersInWords } from './answers-in-words';
import { attentionCard } from './attention-card';
import { hasOpenCase, isDenied } from './denied';
import { endedCard } from './ended-card';
import type { Outcome } from './tried-again';
import type { Told } from '../told-once';
import type { WholePurchase } from './whole-purchase';

/** What is shown beside a purchase. */
interface Around extends Told {
  waiting?: number | undefined;
  next?: QueueItem | undefined;
  block?: Block | undefined;
  /** What MobiFone has answered since the last thing that happened. */
  answers?: MobifoneAnswers | undefined;
  /** What came of trying again. */
  outcome?: Outcome | undefined;
  /** What people did, with what was refused; what the history has unless set. */
  acts?: readonly PersonsAct[] | undefined;
  /** Without one, what people did last cannot be read. */
  hasWorkers?: boolean | undefined;
  /** What was sent last and has no answer. */
  underWay?: UnderWay | undefined;
}

/** A purchase in words; what may be done to it is at the top, since the page is opened for it. */
export function purchasePage(visit: SignedIn, whole: WholePurchase, told: Around = {}): string {
  const { words, say } = visit;
  const { timeline } = whole;
  const { purchase } = timeline;
  const id = purchase.order.purchaseId;
  return page(visit, {
    title: words.purchase.title(id),
    path: `/purchases/${id}`,
    waiting: told.waiting,
    isLive: true,
    main: html`<h1>${words.purchase.title(id)}</h1>
      ${told.done && notice('done', told.done)}${told.noted && notice('open', told.noted)}${told.faults && notice('fault', told.faults)}
      ${outcome(told.outcome)} ${(told.done ?? told.outcome) && nextInQueue(visit, told.next)}
      <div id="live">
        <p class="state" data-state="${purchase.state}">
          <b
            >${isEnded(whole) ? words.purchase.ended.state(say.state(purchase.state)) : say.state(purchase.state)}</b
          >${!purchase.attention && purchase.reason && ` – ${say.reason(purchase.reason)}`}${timeline.closed && html` <span class="hint">${words.purchase.over}</span>`}
        </p>
        ${timeline.isFailing && html`<p class="trouble" id="failing">${words.purchase.failing}</p>`}
        ${openCases(visit, whole)} ${noticeNotTaken(visit, whole)} ${attentionOrActs(visit, whole, told)}
        ${orderFacts(visit, whole, told.block)}
      </div>
      ${inquiry(visit, id, told)}
      <div id="live-more">
        ${happened(visit, whole, told)}${notices(visit, whole)}${cases(visit, whole)}
        ${whole.webUiLink !== null && html`<p><a href="${whole.webUiLink}" rel="noreferrer" target="_blank">${words.purchase.webUi}</a></p>`}
      </div>`,
  });
}

function attentionOrActs(visit: SignedIn, whole: WholePurchase, told: Around): Piece {
  const { attention } = whole.timeline.purchase;
  if (!attention) return acts(visit, whole);
  return isEnded(whole) ? endedCard(visit, whole, attention) : attentionCard(visit, whole, attention, told);
}

/** Whether its workflow was ended from outside. */
function isEnded({ timeline }: WholePurchase): boolean {
  return timeline.purchase.attention?.reason === 'workflow_closed';
}

/** A purchase that is over looks settled; an open case says that it is not. */
function openCases(visit: SignedIn, whole: WholePurchase): Piece {
  return whole.cases
    .filter(({ state }) => !isCaseOver(state))
    .map(
      ({ card }) =>
        html`<section class="card attention">
          <h2><a href="${caseAddress(card.id)}">${visit.words.cases.open}</a></h2>
          <p>${foundInPlainWords(visit, card.evidence)}. ${caseInPlainWords(visit, card)}</p>
        </section>`,
    );
}

/** A sale may be over and well, and its channel does not know it. */
function noticeNotTaken(visit: SignedIn, whole: WholePurchase): Piece {
  if (noticesLeft(whole).length === 0) return null;
  return html`<section class="card attention" id="not-taken">
    <p><a href="#notices">${visit.words.purchase.notTaken}</a></p>
  </section>`;
}

/** The notices that a webhook has not taken, and that are delivered below. */
function noticesLeft({ notices: logs, timeline }: WholePurchase): NoticeLog[] {
  return logs.filter(
    (log) => log.standing !== 'delivered' && log.attempts.length > 0 && !isActed(log, timeline),
  );
}

/** What came of trying again, as far as it is known: it is looked at again until something is. */
function outcome(came: Outcome | undefined): Html {
  if (!came) return html`<div id="outcome" role="status"></div>`;
  return html`<div id="outcome" class="notice ${came.kind}" role="status" tabindex="-1">
    ${came.sentences.map((sentence) => html`<p>${sentence}</p>`)}${came.kind === 'open' && html`<span data-open></span>`}
  </div>`;
}

/** What may be done to a purchase that is not stuck. */
function acts(visit: SignedIn, whole: WholePurchase): Piece {
  const { timeline } = whole;
  if (timeline.open.length === 0 && (hasOpenCase(whole) || noticesLeft(whole).length > 0)) return null;
  return html`<section class="card">
    ${timeline.open.length === 0 ? html`<p>${visit.words.purchase.actsNone}</p>` : actsToChoose(visit, timeline, [])}
  </section>`;
}

function orderFacts(visit: SignedIn, { timeline }: WholePurchase, block: Block | undefined): Html {
  const { words, say } = visit;
  const { order, attention, reason } = timeline.purchase;
  return facts([
    [words.purchase.order, order.externalId],
    ...(attention && reason ? [[words.purchase.reason, say.reason(reason)] as const] : []),
    [words.purchase.channel, order.channel],
    [words.purchase.number, html`${order.msisdn} ${blocked(visit, order.purchaseId, block)}`],
    [words.purchase.package, order.package.code],
    [words.purchase.price, amount(visit, order.faceValue)],
    [words.purchase.discount, amount(visit, order.discount.amount)],
    [words.purchase.form, words.purchase.forms[order.paymentForm]],
    [words.purchase.accepted, time(order.acceptedAt)],
  ]);
}

/** Whether something is still sold to the number, and the way to stop it. */
function blocked({ words, session }: SignedIn, id: string, block: Block | undefined): Piece {
  if (!block) {
    return (
      session.person.role === 'act' &&
      html`<a id="block" href="/numbers?purchase=${id}">${words.numbers.ofThis}</a>`
    );
  }
  const since = formatLocalTime(new Date(block.since));
  return html`<a href="/numbers">${words.numbers.isBlocked(since, block.by, block.why)}</a>`;
}

function inquiry(visit: SignedIn, id: string, { answers, unsupported }: Around): Html {
  const { words, session } = visit;
  return html`<section class="card" id="inquiry">
    <h2>MobiFone</h2>
    <div role="status">
      ${unsupported && html`<p>${words.purchase.unsupported}</p>`}${answers && answersInWords(visit, answers)}
    </div>
    <form method="post" action="/purchases/${id}/inquiry">
      ${tokenField(session.csrf)}<button>${words.purchase.ask}</button>
      <span class="hint">${words.purchase.askHint}</span>
    </form>
  </section>`;
}

function happened(visit: SignedIn, whole: WholePurchase, told: Around): Html {
  const { words, say } = visit;
  const { timeline } = whole;
  const { purchase } = timeline;
  const pending = timeline.closed ? [] : timeline.pending; // what is closed tries nothing
  const line = (at: string, sentence: string, kind: string) =>
    html`<li class="${kind}">${exactTime(at)} ${sentence}</li>`;
  return html`<section class="card">
      <h2>${words.purchase.timeline}</h2>
      <ol class="timeline">
        ${toldEvents(purchase, isDenied(whole)).map((told) => line(told.event.at, say.event(told), told.event.kind))}
      </ol>
    </section>
    ${
      pending.length > 0 &&
      html`<section class="card">
        <h2>${words.purchase.trying}</h2>
        <ul>
          ${pending.map((call) => html`<li>${say.pending(call)}</li>`)}
        </ul>
      </section>`
    }
    ${people(visit, told.acts ?? timeline.acts, told)}`;
}

/** What people did; without a worker, also that it is not all. */
function people(
  { words, say, session }: SignedIn,
  acts: readonly PersonsAct[],
  { hasWorkers = true, underWay }: Around,
): Html {
  const { unread, mayCome, peopleNone } = words.purchase;
  const by = underWay?.by === session.person.name ? null : (underWay?.by ?? null);
  const sent = underWay && mayCome(by, formatLocalClock(new Date(underWay.at)).slice(0, 5));
  return html`<section class="card">
    <h2>${words.purchase.people}</h2>
    ${
      acts.length > 0 &&
      html`<ol class="timeline" id="people">
        ${acts.map(
          (act) =>
            html`<li class="act">
              ${exactTime(act.at)} ${say.personsAct({ ...act, what: doneInWords(words, act.what) })}
            </li>`,
        )}
      </ol>`
    }
    ${!hasWorkers ? html`<p id="unread">${unread(acts.length > 0)}${sent === undefined ? '.' : `; ${sent}.`}</p>` : acts.length === 0 && html`<p>${peopleNone}</p>`}
  </section>`;
}

function notices(visit: SignedIn, { notices: logs, asked, name, timeline }: WholePurchase): Html {
  const { words } = visit;
  return html`<section class="card" id="notices">
    <h2>${words.purchase.notices}: ${name.channel}</h2>
    ${logs.length === 0 && html`<p>${words.purchase.noticesNone}</p>`}
    ${logs.map((log) =>
      noticeLog(visit, log, {
        address: `/purchases/${timeline.purchase.order.purchaseId}/notices`,
        asked,
        isActed: isActed(log, timeline),
      }),
    )}
  </section>`;
}

/** While a purchase delivers its refund notice, trying again is an act of the purchase, with who and why. */
function isActed({ notice: { id } }: NoticeLog, { purchase, closed }: Timeline): boolean {
  const isOwn = id === refundNoticeId(purchase.order.purchaseId);
  return !closed && isOwn && runningSteps(purchase.steps).includes('refund_notice');
}

function cases(visit: SignedIn, whole: WholePurchase): Piece {
  const { words, say } = visit;
  if (whole.cases.length === 0) return null;
  return html`<section class="card">
    <h2>${words.purchase.cases}</h2>
    <ul>
      ${whole.cases.map(
        ({ card, state, cutOff }) =>
          html`<li>
            <a href="${caseAddress(card.id)}">${foundInPlainWords(visit, card.evidence)}</a>:
            ${cutOff ? words.cases.cutOff : say.caseState(state)}
          </li>`,
      )}
    </ul>
  </section>`;
}
