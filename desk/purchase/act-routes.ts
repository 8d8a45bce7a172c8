import { randomUUID } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import { TemporalUnavailable } from '../../client/purchases';
import { unavailable } from '../../client/temporal-answers';
import {
  isDeniedByMobifone,
  OPERATOR_ACT_NAMES,
  type OperationResult,
  type OperatorAct,
} from '../../domain/purchase/operator-acts';
import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import type { PurchaseId } from '../../domain/identifiers';
import { isContradicted, restsOnThePerson } from '../../operators/inquiry';
import { runningSteps } from '../../domain/purchase/attention';
import type { Purchase } from '../../domain/purchase/purchase';
import { deadlineIn } from '../../runtime/deadline';
import { formText, personsText, requireRole, requireToken } from '../access/guards';
import { DeskRefusal } from '../access/refusal';
import type { DeskParts } from '../parts';
import { signedIn, type SignedIn } from '../visit';
import { actPage, type ActFaults, type ActForm } from './act-page';
import type { LastAnswers } from './last-answers';
import { statedInWords } from './act-name';
import { movedOn, type ShownAct } from './moved-on';
import type { ToldOnce } from '../told-once';
import { answersOf, idOf, wholePurchase, type WholePurchase } from './whole-purchase';

/** What MobiFone said when a form was shown: the form is held to it, whatever its fields say. */
interface Shown extends ShownAct {
  purchaseId: string;
  act: OperatorAct;
  answers: MobifoneAnswers | undefined;
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
    private readonly lastAnswers: LastAnswers,
  ) {
    this.router.get('/purchases/:id/acts/:act', (request, response) => this.ask(request, response));
    this.router.post('/purchases/:id/acts/:act', (request, response) => this.perform(request, response));
  }

  private async ask(request: Request, response: Response): Promise<void> {
    const visit = signedIn(response);
    requireRole(visit.session, 'act');
    const act = actIn(request);
    const id = idOf(request);
    const whole = await wholePurchase(this.parts, id);
    if (!whole.timeline.open.includes(act)) {
      this.told.keep(visit.session, id, movedOn(visit, whole.timeline));
      return response.redirect(303, `/purchases/${id}`);
    }
    const isAsked = ASKS_MOBIFONE.has(act);
    const hasNoWorker = isAsked && !(await this.parts.watch.now()).hasWorkers;
    const answers = isAsked && !hasNoWorker ? await answersOf(this.parts, whole.name) : undefined;
    if (answers) this.lastAnswers.keep(id, answers);
    response.send(actPage(visit, whole, this.formOf(id, whole, act, answers), { hasNoWorker }));
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
      why: personsText(request, 'why'),
      ticket: personsText(request, 'ticket'),
      isConfirmed: formText(request, 'confirmed') === 'yes',
    };
    const form: ActForm = {
      act,
      updateId,
      answers: shown.answers,
      rests: rests(shown),
      isContradicted: false, // else no form was shown
      given,
    };
    const faults = faultsOf(visit, form);
    if (Object.keys(faults).length > 0)
      return void response.status(422).send(actPage(visit, whole, form, { faults }));
    const result = await this.do(visit, whole, form);
    if (result === 'unknown') {
      return void response.status(503).send(actPage(visit, whole, form, { isUnknown: true }));
    }
    if (result.kind === 'applied') this.shown.delete(updateId);
    await this.report(response, visit, shown, result);
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
    shown: Shown,
    result: OperationResult,
  ): Promise<void> {
    const { words, say, session } = visit;
    const id = idOf(response.req);
    const { timeline } = await wholePurchase(this.parts, id);
    if (result.kind === 'applied') {
      const done = [
        words.acts.done(statedInWords(words, shown.act), session.person.name),
        ...(result.unconfirmed === undefined ? [] : [words.acts.unconfirmed]),
        words.acts.state(say.state(timeline.purchase.state)),
      ];
      const left = shown.act === 'retry' ? stillStuck(visit, timeline.purchase) : [];
      this.told.keep(session, id, { done, ...(left.length > 0 ? { faults: left } : {}) });
    } else {
      const isOpen = timeline.open.includes(shown.act) || isDeniedByMobifone(result);
      const whyNot = [say.whyNot(result), words.acts.state(say.state(timeline.purchase.state))];
      this.told.keep(session, id, isOpen ? { faults: whyNot } : movedOn(visit, timeline, shown));
    }
    response.redirect(303, `/purchases/${id}`);
  }

  private formOf(
    id: PurchaseId,
    whole: WholePurchase,
    act: OperatorAct,
    answers: MobifoneAnswers | undefined,
  ): ActForm {
    const running = runningSteps(whole.timeline.purchase.steps);
    const shown: Shown = { purchaseId: id, act, answers, at: new Date().toISOString(), running };
    const updateId = `desk-${randomUUID()}`;
    this.shown.set(updateId, shown);
    const [oldest] = this.shown.keys();
    if (this.shown.size > MOST_SHOWN && oldest !== undefined) this.shown.delete(oldest);
    return {
      act,
      updateId,
      answers,
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

function rests({ act, answers }: Shown): boolean {
  return restsOnThePerson(act, answers);
}

function contradicted({ act, answers }: Shown, { timeline }: WholePurchase): boolean {
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

/** That it was tried does not say that it went well: MobiFone may have refused once more. */
function stillStuck({ words, say }: SignedIn, { attention }: Purchase): string[] {
  return attention ? [words.acts.stillStuck(say.attention(attention.reason))] : [];
}
