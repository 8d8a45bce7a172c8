import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import type { StepRecord } from '../../domain/purchase/steps';
import type { OperatorAct } from '../../domain/purchase/operator-acts';
import { html, type Html } from '../html';
import { amount, facts, field, notice, page, tokenField } from '../layout';
import type { SignedIn } from '../visit';
import { answersInWords } from './purchase-page';
import type { WholePurchase } from './whole-purchase';

/** An act as it is about to be done. */
export interface ActForm {
  act: OperatorAct;
  /** Its id on the purchase: the same act, however often the form is sent. */
  updateId: string;
  /** What MobiFone said when the form was shown; undefined where it was not asked. */
  answers: MobifoneAnswers | undefined;
  /** Whether money rests on the person alone, so that a second confirmation is asked for. */
  rests: boolean;
  /** MobiFone states the opposite, so the purchase would not apply it: there is nothing to send. */
  isContradicted: boolean;
  given: { why: string; ticket: string; isConfirmed: boolean };
}

export type ActFaults = Partial<Record<'why' | 'ticket' | 'confirmed', string>>;

/**
 * What an act does, what MobiFone says, and who does it for which reason.
 * @param told `isUnknown`: it was sent, and nobody knows what came of it; `hasNoWorker`: MobiFone was not asked
 */
export function actPage(
  visit: SignedIn,
  whole: WholePurchase,
  form: ActForm,
  {
    faults = {},
    isUnknown = false,
    hasNoWorker = false,
  }: { faults?: ActFaults; isUnknown?: boolean; hasNoWorker?: boolean } = {},
): string {
  const { words, say } = visit;
  const { timeline } = whole;
  const { order } = timeline.purchase;
  const name = words.acts.names[form.act];
  const address = `/purchases/${order.purchaseId}`;
  const wrong = [...(isUnknown ? [words.trouble.actUnknown] : []), ...Object.values(faults)];
  return page(visit, {
    title: name,
    trouble: hasNoWorker ? [words.trouble.notAsked] : [],
    path: `${address}/acts/${form.act}`,
    main: html`<h1>${name}</h1>
      ${wrong.length > 0 && notice('fault', wrong)}
      ${facts([
        [words.purchase.order, `${order.externalId}, ${amount(visit, order.faceValue)}`],
        [words.acts.does, say.act(form.act, timeline.purchase)],
      ])}
      ${form.answers && html`<section class="card">${answersInWords(visit, answersAbout(form.act, form.answers, timeline.purchase.steps))}</section>`}
      ${form.isContradicted ? contradiction(visit, address) : actForm(visit, form, { faults, address, name, isUnknown })}`,
  });
}

/** What the act states something about; giving up depends on both. */
function answersAbout(
  act: OperatorAct,
  { at, registration, charge }: MobifoneAnswers,
  steps: readonly Pick<StepRecord, 'step'>[],
): MobifoneAnswers {
  const isChargeSent = steps.some(({ step }) => step === 'charge');
  if (act === 'rollback-done') return { at, ...(registration ? { registration } : {}) };
  if (act === 'give-up')
    return { at, ...(registration ? { registration } : {}), ...(charge && isChargeSent ? { charge } : {}) };
  return { at, ...(charge ? { charge } : {}) };
}

function contradiction({ words }: SignedIn, address: string): Html {
  return html`<section class="card rests">
    <h2>${words.acts.contradictedTitle}</h2>
    <p>${words.acts.contradicted}</p>
    <p><a href="${address}">${words.acts.leave}</a></p>
  </section>`;
}

function actForm(
  visit: SignedIn,
  form: ActForm,
  {
    faults,
    address,
    name,
    isUnknown,
  }: { faults: ActFaults; address: string; name: string; isUnknown: boolean },
): Html {
  const { words, session } = visit;
  return html`<form method="post" action="${address}/acts/${form.act}" class="card" novalidate>
    ${tokenField(session.csrf)}<input type="hidden" name="update" value="${form.updateId}" />
    ${field(words.acts.why, 'why', { fault: faults.why, value: form.given.why, required: true })}
    ${field(words.acts.ticket, 'ticket', { fault: faults.ticket, value: form.given.ticket, required: form.rests, ...(form.rests ? {} : { hint: words.acts.optional }) })}
    ${form.rests && confirmation(visit, form, faults)}
    <p>
      <button class="do">${words.acts.do}: ${name}</button>
      <a href="${address}">${isUnknown ? words.acts.look : words.acts.leave}</a>
    </p>
  </form>`;
}

function confirmation({ words }: SignedIn, { given }: ActForm, { confirmed: fault }: ActFaults): Html {
  return html`<fieldset class="rests">
    <legend>${words.acts.restsTitle}</legend>
    <p>${words.acts.rests}</p>
    <p>
      <label
        ><input
          type="checkbox"
          name="confirmed"
          value="yes"
          ${given.isConfirmed && html` checked`}${fault !== undefined && html` aria-invalid="true" aria-describedby="confirmed-fault"`}
        />
        ${words.acts.restsConfirm}</label
      >
    </p>
    ${fault !== undefined && html`<p class="fault" id="confirmed-fault">${fault}</p>`}
  </fieldset>`;
}
