import { Router } from 'express';
import { noticeId } from '../../domain/identifiers';
import { formText, requireRole, requireToken } from '../access/guards';
import { blockOfPurchase } from '../numbers/number-routes';
import type { DeskParts } from '../parts';
import { signedIn } from '../visit';
import { ActRoutes } from './act-routes';
import { ActsUnderWay } from './acts-under-way';
import { LastAnswers } from './last-answers';
import { RefusedActs } from './refused-acts';
import { answerInASentence, isUsable } from './answers-in-words';
import { purchasePage } from './purchase-page';
import { resendAndLook } from '../resend';
import { ToldOnce } from '../told-once';
import { TriedAgain } from './tried-again';
import { answersOf, idOf, wholePurchase } from './whole-purchase';

/** One purchase: what happened, what MobiFone says, the notices, and what can be done. */
export function purchaseRoutes(parts: DeskParts): Router {
  const router = Router({ caseSensitive: true });
  const told = new ToldOnce();
  const lastAnswers = new LastAnswers();
  const tried = new TriedAgain();
  const refused = new RefusedActs();
  const underWay = new ActsUnderWay();
  const { notices, logger, watch } = parts;
  router.get('/purchases/:id', async (request, response) => {
    const visit = signedIn(response);
    const id = idOf(request);
    const whole = await wholePurchase(parts, id);
    const block = await blockOfPurchase(parts, id, whole.timeline.purchase.order.msisdn);
    const isLive = request.get('x-desk-live') !== undefined;
    const once = isLive ? {} : told.take(visit.session, id);
    if (once.done ?? once.noted ?? once.faults) tried.forget(visit.session, id); // one box: what came last
    const around = {
      waiting: watch.waiting,
      next: watch.nextAfter(`/purchases/${id}`),
      block,
      answers: lastAnswers.of(whole.timeline.purchase),
      outcome: isLive ? tried.shown(visit, whole) : tried.open(visit, whole),
      acts: refused.among(id, whole.timeline.acts),
      hasWorkers: watch.last?.hasWorkers,
      underWay: underWay.of(id, whole.timeline.acts),
    };
    response.send(purchasePage(visit, whole, { ...once, ...around }));
  });
  router.post('/purchases/:id/inquiry', async (request, response) => {
    const visit = signedIn(response);
    const { session, words } = visit;
    requireToken(request, session);
    const id = idOf(request);
    const { name } = await wholePurchase(parts, id);
    const { hasWorkers } = await watch.now();
    const answers = hasWorkers ? await answersOf(parts, name) : undefined;
    if (answers) {
      lastAnswers.keep(id, answers);
      const said = [answerInASentence(visit, answers)];
      told.keep(session, id, isUsable(answers) ? { done: said } : { noted: said });
    } else told.keep(session, id, hasWorkers ? { unsupported: true } : { faults: [words.trouble.notAsked] });
    logger.info({ event: 'desk.inquiry', who: session.person.name, purchaseId: id }, 'MobiFone was asked');
    response.redirect(303, `/purchases/${id}`);
  });
  router.post('/purchases/:id/notices', async (request, response) => {
    const visit = signedIn(response);
    const { session } = visit;
    requireToken(request, session);
    requireRole(session, 'act');
    const id = idOf(request);
    const { name } = await wholePurchase(parts, id);
    const notice = noticeId(formText(request, 'notice'));
    const { person } = session;
    const { channel, externalId } = name;
    const came = await resendAndLook(
      visit,
      async () => (await notices.ofPurchase(channel, externalId))?.find((log) => log.notice.id === notice),
      async () => (notice ? notices.resend(channel, notice, person.name) : { kind: 'not_found' }),
    );
    logger.info({ event: 'desk.resend', who: person.name, purchaseId: id, notice }, 'a notice is sent again');
    told.keep(session, id, came);
    response.redirect(303, `/purchases/${id}`);
  });
  router.use(new ActRoutes(parts, { told, lastAnswers, tried, refused, underWay }).router);
  return router;
}
