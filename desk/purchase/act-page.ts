import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import type { OperatorAct } from '../../domain/purchase/operator-acts';
import { html, type Html } from '../html';
import { amount, field, notice, page, tokenField } from '../layout';
import type { SignedIn } from '../visit';
import { answersInWords } from './answers-in-words';
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
  const answers = answersAbout(form);
  const isSilent = form.rests && !form.isContradicted;
  const wrong = [...(isUnknown ? [words.trouble.actUnknown] : []), ...Object.values(faults)];
  return page(visit, {
    title: name,
    trouble: hasNoWorker ? [words.trouble.notAsked] : [],
    path: `${address}/acts/${form.act}`,
    main: html`<h1>${name}</h1>
      ${wrong.length > 0 && notice('fault', wrong)}
      <p class="hint">${order.externalId}, ${amount(visit, order.faceValue)}</p>
      <p id="does">${say.act(form.act, timeline.purchase)}</p>
      ${answers && !isSilent && html`<section class="card">${answersInWords(visit, answers)}</section>`}
      ${form.isContradicted ? contradiction(visit, address) : actForm(visit, form, { faults, address, isUnknown, silence: isSilent ? silenceOf(visit, answers) : undefined })}`,
  });
}

/** What the act states something about; giving up depends on a charge that was sent, and undoes anything else. */
function answersAbout({ act, answers }: ActForm): MobifoneAnswers | undefined {
  if (!answers) return undefined;
  const { at, registration, charge } = answers;
  if (act === 'rollback-done') return { at, ...(registration ? { registration } : {}) };
  return { at, ...(charge ? { charge } : {}) };
}

/** MobiFone's answer to an act that it does not confirm, in the warning itself. */
function silenceOf({ words, say }: SignedIn, answers: MobifoneAnswers | undefined): string | undefined {
  const state = answers?.charge ?? answers?.registration;
  return state && words.acts.silent(say.transactionState(state));
}

function contradiction({ words }: SignedIn, address: string): Html {
  return html`<section class="card rests">
    <h2>${words.acts.contradictedTitle}</h2>
    <p>${words.acts.contradicted}</p>
    <p><a href="${address}">${words.acts.leave}</a></p>
  </section>`;
}

interface FormParts {
  faults: ActFaults;
  address: string;
  isUnknown: boolean;
  silence: string | undefined;
}

function actForm(visit: SignedIn, form: ActForm, { faults, address, isUnknown, silence }: FormParts): Html {
  const { words, session } = visit;
  return html`<form method="post" action="${address}/acts/${form.act}" class="card" novalidate>
    ${tokenField(session.csrf)}<input type="hidden" name="update" value="${form.updateId}" />
    ${form.rests ? confirmation(visit, form, { faults, silence }) : form.act !== 'retry' && reason(visit, form, faults)}
    <p>
      <button class="do">${words.acts.do}</button>
      <a href="${address}">${isUnknown ? words.acts.look : words.acts.leave}</a>
    </p>
  </form>`;
}

/** Why, and a reference where there is one. */
function reason({ words }: SignedIn, { given }: ActForm, faults: ActFaults): Html {
  const why = { fault: faults.why, value: given.why, required: true, isFirst: true, describedBy: 'does' };
  return html`${field(words.acts.why, 'why', why)}
    <details ${given.ticket !== '' && html` open`}>
      <summary>${words.acts.addTicket}</summary>
      ${field(words.acts.ticket, 'ticket', { fault: faults.ticket, value: given.ticket })}
    </details>`;
}

/** Where money rests on the person alone: the number under which MobiFone has confirmed it is the reason. */
function confirmation(
  { words }: SignedIn,
  { given }: ActForm,
  { faults, silence }: Pick<FormParts, 'faults' | 'silence'>,
): Html {
  const { ticket, confirmed: fault } = faults;
  return html`<fieldset class="rests">
      <legend>${words.acts.restsTitle}</legend>
      <p id="rests">${silence} ${words.acts.rests}</p>
      ${field(words.acts.ticket, 'ticket', { fault: ticket, value: given.ticket, required: true, isFirst: true, describedBy: 'does rests' })}
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
    </fieldset>
    <details ${given.why !== '' && html` open`}>
      <summary>${words.acts.addWhy}</summary>
      ${field(words.acts.why, 'why', { value: given.why })}
    </details>`;
}
