import { randomUUID } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import { TemporalUnavailable } from '../../client/purchases';
import { unavailable } from '../../client/temporal-answers';
import {
  OPERATOR_ACT_NAMES,
  type OperationResult,
  type OperatorAct,
} from '../../domain/purchase/operator-acts';
import { isContradicted, restsOnThePerson } from '../../operators/inquiry';
import { formatLocalTime } from '../../domain/local-time';
import { runningSteps } from '../../domain/purchase/attention';
import type { PurchaseStep } from '../../domain/purchase/steps';
import { deadlineIn } from '../../runtime/deadline';
import type { Timeline } from '../../operators/timeline';
import { formText, requireRole, requireToken } from '../access/guards';
import { DeskRefusal } from '../access/refusal';
import type { DeskParts } from '../parts';
import { signedIn, type SignedIn } from '../visit';
import { actPage, type ActFaults, type ActForm } from './act-page';
import { actName, doneInWords } from './act-name';
import type { ToldOnce } from './told-once';
import { answersOf, idOf, wholePurchase, type Answered, type WholePurchase } from './whole-purchase';

/** What MobiFone said when a form was shown: the form is held to it, whatever its fields say. */
interface Shown {
  purchaseId: string;
  act: OperatorAct;
  answered: Answered | undefined;
}

/** How long an act waits for a worker, which itself asks MobiFone first. */
const ACT_LIMIT_MS = 45_000;
/** A form that was not sent within so many later ones is asked for again. */
const MOST_SHOWN = 1_000;

/** One act on one purchase: first the page that says what it does, then the act. */
export class ActRoutes {
  readonly router = Router();
  /** By the update's id, by which the purchase recognises the act however often it is sent. */
  private readonly shown = new Map<string, Shown>();

  constructor(
    private readonly parts: DeskParts,
    private readonly told: ToldOnce,
  ) {
    this.router.get('/purchases/:id/acts/:act', (request, response) => this.ask(request, response));
    this.router.post('/purchases/:id/acts/:act', (request, response) => this.perform(request, response));
  }

  private async ask(request: Request, response: Response): Promise<void> {
    const visit = signedIn(response);
    requireRole(visit.session, 'act');
    const act = actIn(request);
    const whole = await wholePurchase(this.parts, idOf(request));
    if (!whole.timeline.open.includes(act)) return this.notOpen(response, visit, whole);
    const asks = ASKS_MOBIFONE.has(act);
    const answered = asks ? await answersOf(this.parts, whole.name) : undefined;
    response.send(actPage(visit, whole, this.formOf(whole, act, answered)));
  }

  private async perform(request: Request, response: Response): Promise<void> {
    const visit = signedIn(response);
    requireToken(request, visit.session);
    requireRole(visit.session, 'act');
    const act = actIn(request);
    const id = idOf(request);
    const whole = await wholePurchase(this.parts, id);
    const updateId = formText(request, 'update');
    const shown = this.shown.get(updateId);
    if (shown?.purchaseId !== id || shown.act !== act)
      throw new DeskRefusal(403, (words) => words.refusals.oldForm);
    const given = {
      why: formText(request, 'why'),
      ticket: formText(request, 'ticket'),
      isConfirmed: formText(request, 'confirmed') === 'yes',
    };
    const form: ActForm = {
      act,
      updateId,
      answered: shown.answered,
      rests: rests(shown),
      isContradicted: false, // else no form was shown
      given,
    };
    const faults = faultsOf(visit, form);
    if (Object.keys(faults).length > 0)
      return void response.status(422).send(actPage(visit, whole, form, { faults }));
    const result = await this.do(visit, whole, form);
    if (result === 'unknown') {
      const sentences = [visit.words.trouble.actUnknown];
      return void response.status(503).send(actPage(visit, whole, form, { sentences }));
    }
    if (result.kind === 'applied') this.shown.delete(updateId);
    await this.report(response, visit, form, result, runningSteps(whole.timeline.purchase.steps));
  }

  private async do(
    visit: SignedIn,
    whole: WholePurchase,
    form: ActForm,
  ): Promise<OperationResult | 'unknown'> {
    const { client, operations, logger } = this.parts;
    const { act, updateId, given } = form;
    const by = visit.session.person.name;
    const { channel, externalId } = whole.name;
    const attribution = {
      by,
      why: given.why,
      updateId,
      ...(given.ticket === '' ? {} : { ticket: given.ticket }),
    };
    const facts = { event: 'desk.act', act, who: by, purchaseId: whole.timeline.purchase.order.purchaseId };
    try {
      const result = await client.withDeadline(deadlineIn(ACT_LIMIT_MS), () =>
        operations.do(act, channel, externalId, attribution),
      );
      logger.info({ ...facts, result: result.kind }, 'an act was sent');
      return result;
    } catch (fault) {
      if (!(unavailable(fault) instanceof TemporalUnavailable)) throw fault;
      logger.warn({ ...facts, result: 'unknown' }, 'an act has no answer yet');
      return 'unknown';
    }
  }

  /** Leads to the purchase as it is after the act, with what came of it. */
  private async report(
    response: Response,
    visit: SignedIn,
    { act }: ActForm,
    result: OperationResult,
    running: readonly PurchaseStep[],
  ): Promise<void> {
    const { words, say, session } = visit;
    const id = idOf(response.req);
    const { timeline } = await wholePurchase(this.parts, id);
    const after = words.acts.state(say.state(timeline.purchase.state));
    if (result.kind !== 'applied') {
      this.told.keep(session, id, { faults: [...this.whyNot(visit, act, result, timeline), after] });
      return response.redirect(303, `/purchases/${id}`);
    }
    const done = [
      words.acts.done(actName(words, act, running), session.person.name),
      ...(result.unconfirmed === undefined ? [] : [words.acts.unconfirmed(result.unconfirmed)]),
      after,
    ];
    this.told.keep(session, id, { done });
    response.redirect(303, `/purchases/${id}`);
  }

  /** What is not open any more was overtaken by somebody: who, and by what. */
  private whyNot(
    { words, say }: SignedIn,
    act: OperatorAct,
    result: Exclude<OperationResult, { kind: 'applied' }>,
    { open, acts }: Timeline,
  ): string[] {
    if (result.kind === 'not_applied' || open.includes(act)) return [say.whyNot(result)];
    const last = acts.at(-1);
    return [
      words.acts.notOpen(open.map((one) => words.acts.names[one]).join(', ') || words.acts.nothing),
      ...(last
        ? [
            words.acts.overtaken(
              `${formatLocalTime(new Date(last.at))} ${say.personsAct({ ...last, what: doneInWords(words, last.what) })}`,
            ),
          ]
        : []),
    ];
  }

  private notOpen(response: Response, { words, session }: SignedIn, { timeline }: WholePurchase): void {
    const open = timeline.open.map((act) => words.acts.names[act]).join(', ');
    const id = timeline.purchase.order.purchaseId;
    this.told.keep(session, id, { faults: [words.acts.notOpen(open || words.acts.nothing)] });
    response.redirect(303, `/purchases/${id}`);
  }

  private formOf(whole: WholePurchase, act: OperatorAct, answered: Answered | undefined): ActForm {
    const shown = { purchaseId: whole.timeline.purchase.order.purchaseId, act, answered };
    const updateId = `desk-${randomUUID()}`;
    this.shown.set(updateId, shown);
    const [oldest] = this.shown.keys();
    if (this.shown.size > MOST_SHOWN && oldest !== undefined) this.shown.delete(oldest);
    return {
      act,
      updateId,
      answered,
      rests: rests(shown),
      isContradicted: contradicted(shown, whole),
      given: { why: '', ticket: '', isConfirmed: false },
    };
  }
}

/** The acts that state or decide something about what is at MobiFone. */
const ASKS_MOBIFONE: ReadonlySet<OperatorAct> = new Set([
  'charge-done',
  'charge-not-done',
  'rollback-done',
  'give-up',
]);

function rests({ act, answered }: Shown): boolean {
  return restsOnThePerson(act, answered && 'answers' in answered ? answered.answers : undefined);
}

function contradicted({ act, answered }: Shown, { timeline }: WholePurchase): boolean {
  const answers = answered && 'answers' in answered ? answered.answers : undefined;
  return isContradicted(act, answers, runningSteps(timeline.purchase.steps).includes('charge'));
}

function faultsOf({ words }: SignedIn, { rests: isAlone, given }: ActForm): ActFaults {
  return {
    ...(given.why === '' ? { why: words.acts.whyMissing } : {}),
    ...(isAlone && given.ticket === '' ? { ticket: words.acts.ticketMissing } : {}),
    ...(isAlone && !given.isConfirmed ? { confirmed: words.acts.confirmMissing } : {}),
  };
}

function actIn(request: Request): OperatorAct {
  const act = OPERATOR_ACT_NAMES.find((name) => name === request.params['act']);
  if (act) return act;
  throw new DeskRefusal(404, (words) => words.refusals.notFound);
}
