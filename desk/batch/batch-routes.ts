import { Router, type Request } from 'express';
import { CHANNEL_NAME_PATTERN } from '../../domain/identifiers';
import { isNameIn } from '../../domain/own-entry';
import { ATTENTION_REASONS } from '../../domain/purchase/attention';
import { searchFor } from '../../operators/saved-searches';
import { isKeptAsWritten } from '../../domain/persons-words';
import { formText, queryText, personsText, requireRole, requireToken } from '../access/guards';
import { DeskRefusal } from '../access/refusal';
import type { DeskParts } from '../parts';
import { signedIn } from '../visit';
import { BATCH_ACTS, batchForm, batchPage, type BatchAct, type BatchWish } from './batch-pages';
import type { BatchNow } from './batch-runs';

const MINUTE_MS = 60_000;

/** The same act for many purchases: a dry run, its confirmation, and what came of it. */
export function batchRoutes({ batches, pausable, watch }: DeskParts): Router {
  const router = Router({ caseSensitive: true });
  const around = () => ({ waiting: watch.waiting, channels: pausable().channels });
  router.get('/batch', (request, response) => {
    const wish = wishOf((field) => queryText(request, field));
    response.send(batchForm(signedIn(response), wish, around()));
  });
  router.post('/batch', async (request, response) => {
    const visit = signedIn(response);
    requireToken(request, visit.session);
    requireRole(visit.session, 'act');
    const wish = wishOf((field) => formText(request, field));
    const act = BATCH_ACTS.find((name) => name === wish.act);
    const isGood = wish.minutes === '' || /^[1-9]\d{0,5}$/.test(wish.minutes);
    if (!act || !isGood) {
      const fault = visit.words.day.badMinutes;
      return void response.status(422).send(batchForm(visit, wish, { ...around(), fault }));
    }
    const plan = await batches.plan(act, queryFor(wish));
    response.redirect(303, `/batch/${plan.id}`);
  });
  router.get('/batch/:id', (request, response) => {
    response.send(batchPage(signedIn(response), foundBatch(request), around()));
  });
  router.post('/batch/:id', (request, response) => {
    const visit = signedIn(response);
    requireToken(request, visit.session);
    requireRole(visit.session, 'act');
    const found = foundBatch(request);
    const why = personsText(request, 'why');
    const ticket = formText(request, 'ticket');
    const { whyMissing, ticketMasked } = visit.words.acts;
    const fault = why === '' ? whyMissing : isKeptAsWritten(ticket) ? undefined : ticketMasked;
    if (fault !== undefined) {
      const given = { why, ticket };
      return void response.status(422).send(batchPage(visit, found, { ...around(), fault, given }));
    }
    const by = visit.session.person.name;
    batches.start(found.plan, { by, why, ...(ticket === '' ? {} : { ticket }) });
    response.redirect(303, `/batch/${found.plan.id}`);
  });
  return router;

  function foundBatch(request: Request): BatchNow {
    const found = batches.find(String(request.params['id']));
    if (found && BATCH_ACTS.includes(found.plan.act as BatchAct)) return found; // others are the command's
    throw new DeskRefusal(404, (words) => words.refusals.noBatch);
  }
}

function wishOf(given: (field: string) => string): BatchWish {
  const reason = given('reason');
  const channel = given('channel');
  return {
    act: given('act'),
    reason: isNameIn(ATTENTION_REASONS, reason) ? reason : '',
    channel: CHANNEL_NAME_PATTERN.test(channel) ? channel : '',
    minutes: given('minutes'),
  };
}

/** Only purchases that need a person: what is merely on its way is left alone. */
function queryFor({ reason, channel, minutes }: BatchWish, now = new Date()): string {
  return searchFor(['needs-attention'], {
    ...(channel === '' ? {} : { channel }),
    ...(minutes === '' ? {} : { before: new Date(now.getTime() - Number(minutes) * MINUTE_MS) }),
    ...(reason === '' ? {} : { reason }),
  });
}
