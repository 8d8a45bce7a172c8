import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Router, type Request, type Response } from 'express';
import { TemporalUnavailable } from '../../client/purchases';
import { unavailable } from '../../client/temporal-answers';
import {
  isDeniedByMobifone,
  OPERATOR_ACT_NAMES,
  type Attribution,
  type OperationResult,
  type OperatorAct,
} from '../../domain/purchase/operator-acts';
import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import type { PurchaseId } from '../../domain/identifiers';
import { runningSteps } from '../../domain/purchase/attention';
import { timelineOf } from '../../operators/timeline';
import { deadlineIn } from '../../runtime/deadline';
import { LatestEntries } from '../../runtime/latest-entries';
import { formText, personsText, requireRole, requireToken } from '../access/guards';
import { DeskRefusal } from '../access/refusal';
import type { DeskParts } from '../parts';
import { signedIn, type SignedIn } from '../visit';
import { asksMobifone, contradicted, faultsOf, reasonGiven, rests, whatIsLeft } from './act-needs';
import type { ActsUnderWay } from './acts-under-way';
import { actPage, type ActForm } from './act-page';
import type { LastAnswers } from './last-answers';
import { historyNameOf, statedInWords } from './act-name';
import { alreadyDone, movedOn, notPossible, type ShownAct } from './moved-on';
import { isRetryId, retryId } from './retry-id';
import type { RefusedActs } from './refused-acts';
import type { ToldOnce } from '../told-once';
import type { TriedAgain } from './tried-again';
import { answersOf, idOf, wholePurchase, type WholePurchase } from './whole-purchase';

/** What MobiFone said when a form was shown: the form is held to it, whatever its fields say. */
interface Shown extends ShownAct {
  purchaseId: string;
  answers: MobifoneAnswers | undefined;
}

/** What this process remembers for the page of a purchase. */
interface KnownHere {
  told: ToldOnce;
  lastAnswers: LastAnswers;
  tried: TriedAgain;
  refused: RefusedActs;
  underWay: ActsUnderWay;
}

/** How long an act waits for a worker, which itself asks MobiFone first. */
const ACT_LIMIT_MS = 45_000;
/** After trying again, how long the answer is waited for before the page is shown, and how often it is looked for. */
const FIRST_LOOK_MS = 3_000;
const LOOK_EVERY_MS = 300;
/** A form that was not sent within so many later ones is asked for again. */
const MOST_SHOWN = 1_000;

/** One act on one purchase: first the page that says what it does, then the act. */
export class ActRoutes {
  readonly router = Router({ caseSensitive: true });
  /** By the update's id, by which the purchase recognises the act however often it is sent. */
  private readonly shown = new LatestEntries<string, Shown>(MOST_SHOWN);

  constructor(
    private readonly parts: DeskParts,
    private readonly known: KnownHere,
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
      this.known.told.keep(visit.session, id, notPossible(visit, whole, act));
      return response.redirect(303, `/purchases/${id}`);
    }
    const isAsked = asksMobifone(act, whole.timeline.purchase);
    const hasNoWorker = isAsked && !(await this.parts.watch.now()).hasWorkers;
    const answers = isAsked && !hasNoWorker ? await answersOf(this.parts, whole.name) : undefined;
    if (answers) this.known.lastAnswers.keep(id, answers);
    response.send(actPage(visit, whole, this.formOf(visit, id, whole, act, answers), { hasNoWorker }));
  }

  private async perform(request: Request, response: Response): Promise<void> {
    const visit = signedIn(response);
    requireToken(request, visit.session);
    requireRole(visit.session, 'act');
    const act = actIn(request);
    const id = idOf(request);
    const whole = await wholePurchase(this.parts, id);
    const updateId = formText(request, 'update');
    const shown = this.formShown(visit, whole, act, updateId);
    if (!shown && alreadyDone(visit, whole, act) !== undefined) {
      this.known.told.keep(visit.session, id, notPossible(visit, whole, act)); // the form of an act that was done, by Back
      return response.redirect(303, `/purchases/${id}`);
    }
    if (shown?.purchaseId !== id || shown.act !== act)
      throw new DeskRefusal(403, (words) => words.refusals.oldForm);
    const given = {
      why: personsText(request, 'why'),
      ticket: formText(request, 'ticket'),
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
    if (result.kind === 'applied' && act === 'retry') return this.follow(response, visit, whole);
    await this.report(response, visit, shown, result);
  }

  /** The form as it was shown; that of trying again is on the page of the purchase, and is kept nowhere. */
  private formShown(
    { session }: SignedIn,
    { timeline }: WholePurchase,
    act: OperatorAct,
    updateId: string,
  ): Shown | undefined {
    if (act !== 'retry') return this.shown.get(updateId);
    const { order, updatedAt } = timeline.purchase;
    if (!isRetryId(session, updateId)) return undefined;
    return { purchaseId: order.purchaseId, act, answers: undefined, at: updatedAt, running: [] };
  }

  /** Most answers are there within a second or two; for any other the page of the purchase waits. */
  private async follow(response: Response, visit: SignedIn, before: WholePurchase): Promise<void> {
    const id = idOf(response.req);
    this.known.tried.keep(visit.session, id, before.timeline);
    const until = performance.now() + FIRST_LOOK_MS;
    while (performance.now() < until) {
      const timeline = await timelineOf(this.parts.client, before.name);
      if (!timeline || this.known.tried.of(visit, { timeline, cases: [] })?.kind !== 'open') break;
      await pause(LOOK_EVERY_MS);
    }
    response.redirect(303, `/purchases/${id}`);
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
      why: reasonGiven(visit, form),
      updateId,
      ...(given.ticket === '' ? {} : { ticket: given.ticket }),
    };
    const { purchaseId } = whole.timeline.purchase.order;
    const facts = { event: 'desk.act', act, who: by, purchaseId };
    const at = new Date().toISOString();
    try {
      const result = await client.withDeadline(deadlineIn(ACT_LIMIT_MS), () =>
        operations.do(act, channel, externalId, attribution),
      );
      logger.info({ ...facts, result: result.kind }, 'an act was sent');
      this.known.underWay.forget(purchaseId);
      if (result.kind === 'refused') this.keepRefused(whole, act, attribution, result.because);
      return result;
    } catch (fault) {
      if (!(unavailable(fault) instanceof TemporalUnavailable)) throw fault;
      logger.warn({ ...facts, result: 'unknown' }, 'an act has no answer yet');
      this.known.underWay.keep(purchaseId, { at, by, what: historyNameOf(act) });
      return 'unknown';
    }
  }

  private keepRefused(
    { timeline }: WholePurchase,
    act: OperatorAct,
    { by, why, ticket }: Attribution,
    because: string,
  ): void {
    this.known.refused.keep(timeline.purchase.order.purchaseId, {
      at: new Date().toISOString(),
      what: historyNameOf(act),
      by,
      why,
      reference: ticket ?? null,
      notApplied: because,
    });
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
    const whole = await wholePurchase(this.parts, id);
    const { timeline } = whole;
    this.known.tried.forget(session, id);
    if (result.kind === 'applied') {
      const done = [
        words.acts.done(statedInWords(words, shown.act)),
        words.acts.state(say.state(timeline.purchase.state)),
        result.unconfirmed === undefined ? whatIsLeft(visit, timeline.purchase) : words.acts.unconfirmed,
      ];
      this.known.told.keep(session, id, { done });
    } else {
      const isOpen = timeline.open.includes(shown.act) || isDeniedByMobifone(result);
      const whyNot = [say.whyNot(result), words.acts.state(say.state(timeline.purchase.state))];
      this.known.told.keep(session, id, isOpen ? { faults: whyNot } : movedOn(visit, whole, shown));
    }
    response.redirect(303, `/purchases/${id}`);
  }

  private formOf(
    { session }: SignedIn,
    id: PurchaseId,
    whole: WholePurchase,
    act: OperatorAct,
    answers: MobifoneAnswers | undefined,
  ): ActForm {
    const running = runningSteps(whole.timeline.purchase.steps);
    const shown: Shown = { purchaseId: id, act, answers, at: new Date().toISOString(), running };
    const updateId = act === 'retry' ? retryId(session, whole.timeline) : `desk-${randomUUID()}`;
    if (act !== 'retry') this.shown.set(updateId, shown);
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

function actIn(request: Request): OperatorAct {
  const act = OPERATOR_ACT_NAMES.find((name) => name === request.params['act']);
  if (act) return act;
  throw new DeskRefusal(404, (words) => words.refusals.notFound);
}
