import { Router, type Request } from 'express';
import { unavailable } from '../../client/temporal-answers';
import { TemporalUnavailable } from '../../client/purchases';
import type { FoundCase } from '../../client/cases';
import { CASE_DECISION_NAMES, caseDecisionsAt, type Case } from '../../domain/case/case';
import type { CaseRequest } from '../../domain/case/protocol';
import { caseIdOf, type CaseId } from '../../domain/identifiers';
import { isKeptAsWritten } from '../../domain/persons-words';
import type { OperationResult } from '../../domain/purchase/operator-acts';
import { deadlineIn } from '../../runtime/deadline';
import { formText, personsText, requireRole, requireToken } from '../access/guards';
import { DeskRefusal } from '../access/refusal';
import type { DeskParts } from '../parts';
import { signedIn, type SignedIn } from '../visit';
import { hasPage } from '../purchase/purchase-link';
import { caseAddress } from '../queue/queue-links';
import { ToldOnce, type Told } from '../told-once';
import { casePage } from './case-page';
import { confirmationOf } from './confirmed-decisions';

const DECISION_LIMIT_MS = 45_000;

/** A case: what was found, and what people decide about it. */
export function caseRoutes(parts: DeskParts): Router {
  const router = Router({ caseSensitive: true });
  const { cases, watch, client, logger } = parts;
  const told = new ToldOnce();
  router.get('/cases/:id', async (request, response) => {
    const visit = signedIn(response);
    const id = idOf(request);
    const found = await caseOf(parts, id);
    const once = told.take(visit.session, id);
    const next = watch.nextAfter(caseAddress(id));
    const hasPurchase = await hasPage(client, found.card.purchaseId);
    response.send(casePage(visit, found, { ...once, waiting: watch.waiting, next, hasPurchase }));
  });
  router.post('/cases/:id', async (request, response) => {
    const visit = signedIn(response);
    requireToken(request, visit.session);
    requireRole(visit.session, 'act');
    const id = idOf(request);
    const found = await caseOf(parts, id);
    const asked = requestIn(request, visit, found);
    if (asked.kind === 'fault') {
      response.status(422).send(casePage(visit, found, { faults: [asked.fault] }));
      return;
    }
    const { request: wanted } = asked;
    const result = await client
      .withDeadline(deadlineIn(DECISION_LIMIT_MS), () => cases.decide(id, wanted))
      .catch((fault: unknown) => {
        if (unavailable(fault) instanceof TemporalUnavailable) return 'unknown' as const;
        throw fault;
      });
    const kind = result === 'unknown' ? result : result.kind;
    logger.info(
      { event: 'desk.case', who: wanted.by, case: id, decision: wanted.decision, result: kind },
      'case',
    );
    if (result === 'unknown') {
      response.status(503).send(casePage(visit, found, { faults: [visit.words.trouble.actUnknown] }));
      return;
    }
    told.keep(visit.session, id, cameOf(visit, wanted, result));
    response.redirect(303, caseAddress(id));
  });
  router.post('/cases/:id/reopen', async (request, response) => {
    const visit = signedIn(response);
    requireToken(request, visit.session);
    requireRole(visit.session, 'act');
    const { words, say, session } = visit;
    const id = idOf(request);
    const why = personsText(request, 'why');
    if (why === '') {
      const found = await caseOf(parts, id);
      return void response.status(422).send(casePage(visit, found, { faults: [words.acts.whyMissing] }));
    }
    const by = session.person.name;
    const result = await cases.reopen(id, { by, why });
    logger.info({ event: 'desk.case', who: by, case: id, decision: 'reopen', result: result.kind }, 'case');
    const isDone = result.kind === 'applied';
    const done = [words.cases.done(words.cases.reopen, by)];
    told.keep(session, id, isDone ? { done } : { faults: [say.whyNot(result)] });
    response.redirect(303, caseAddress(id));
  });
  return router;
}

function requestIn(
  request: Request,
  { words, session }: SignedIn,
  { card, state }: Case,
): { kind: 'request'; request: CaseRequest } | { kind: 'fault'; fault: string } {
  const decision = CASE_DECISION_NAMES.find((name) => name === formText(request, 'decision'));
  if (!decision || !caseDecisionsAt(card.subject.kind, state).includes(decision)) {
    const open = caseDecisionsAt(card.subject.kind, state).map((one) => words.cases.names[one]);
    return { kind: 'fault', fault: words.acts.notOpen(open.join(', ') || words.acts.nothing) };
  }
  const by = session.person.name;
  const why = personsText(request, 'why');
  const how = formText(request, 'how');
  if (why === '') return { kind: 'fault', fault: words.acts.whyMissing };
  if (decision === 'close' && how === '') return { kind: 'fault', fault: words.cases.howMissing };
  if (decision === 'close' && !isKeptAsWritten(how)) return { kind: 'fault', fault: words.acts.ticketMasked };
  if (confirmationOf(words, decision) !== undefined && formText(request, 'confirmed') !== 'yes')
    return { kind: 'fault', fault: words.cases.confirmMissing };
  return {
    kind: 'request',
    request: decision === 'close' ? { decision, by, why, how } : { decision, by, why },
  };
}

function cameOf({ words, say }: SignedIn, { decision, by }: CaseRequest, result: OperationResult): Told {
  if (result.kind !== 'applied') return { faults: [say.whyNot(result)] };
  return { done: [words.cases.done(words.cases.names[decision], by)] };
}

/** @throws DeskRefusal */
async function caseOf({ cases }: DeskParts, id: CaseId): Promise<FoundCase> {
  const found = await cases.find(id);
  if (found) return found;
  throw new DeskRefusal(404, (words) => words.refusals.noCase);
}

/** @throws DeskRefusal */
function idOf(request: Request): CaseId {
  const { id } = request.params;
  const known = typeof id === 'string' ? caseIdOf(id) : undefined;
  if (known) return known;
  throw new DeskRefusal(404, (words) => words.refusals.noCase);
}
