import { Router, type Request, type Response } from 'express';
import { BreakRegisters } from '../../client/break-registers';
import { TemporalUnavailable } from '../../client/purchases';
import { unavailable } from '../../client/temporal-answers';
import { calendarDay } from '../../domain/local-time';
import type { BreakAct, RegisteredBreak } from '../../domain/reconciliation/break-register';
import { deadlineIn } from '../../runtime/deadline';
import { formText, personsText, requireRole, requireToken } from '../access/guards';
import { DeskRefusal } from '../access/refusal';
import type { DeskParts } from '../parts';
import { signedIn } from '../visit';
import { hasPage } from '../purchase/purchase-link';
import { breakAddress } from '../queue/queue-links';
import { ToldOnce } from '../told-once';
import { breakPage, BREAK_ACTS, type BreakActName } from './break-page';

const ACT_LIMIT_MS = 30_000;

/** A break that reconciliation found, and what people do about it. */
export function breakRoutes({ client, watch, logger }: DeskParts): Router {
  const router = Router({ caseSensitive: true });
  const registers = new BreakRegisters(client);
  const told = new ToldOnce();
  router.get('/breaks/:day/:id', async (request, response) => {
    const visit = signedIn(response);
    const one = await breakOf(registers, request);
    const address = breakAddress(one);
    const once = told.take(visit.session, address);
    const hasPurchase = await hasPage(client, one.purchaseId);
    const around = { waiting: watch.waiting, next: watch.nextAfter(address), hasPurchase };
    response.send(breakPage(visit, one, { ...once, ...around }));
  });
  router.post('/breaks/:day/:id', async (request: Request, response: Response) => {
    const visit = signedIn(response);
    requireToken(request, visit.session);
    requireRole(visit.session, 'act');
    const one = await breakOf(registers, request);
    const name = BREAK_ACTS.find((act) => act === formText(request, 'act'));
    const text = personsText(request, 'text');
    const { words, say } = visit;
    const hasPurchase = await hasPage(client, one.purchaseId);
    if (!name || text === '') {
      response.status(422).send(breakPage(visit, one, { faults: [words.breaks.textMissing], hasPurchase }));
      return;
    }
    const by = visit.session.person.name;
    const result = await client
      .withDeadline(deadlineIn(ACT_LIMIT_MS), () => registers.act(one.day, actOf(name, one.id, by, text)))
      .catch((fault: unknown) => {
        if (unavailable(fault) instanceof TemporalUnavailable) return 'unknown' as const;
        throw fault;
      });
    const kind = result === 'unknown' ? result : result.kind;
    logger.info({ event: 'desk.break', who: by, break: one.id, act: name, result: kind }, 'break');
    if (result === 'unknown') {
      response.status(503).send(breakPage(visit, one, { faults: [words.trouble.actUnknown], hasPurchase }));
      return;
    }
    const fault =
      result.kind === 'not_found' ? words.breaks.over : result.kind === 'applied' ? '' : say.whyNot(result);
    told.keep(
      visit.session,
      breakAddress(one),
      fault === '' ? { done: [words.breaks.did[name]] } : { faults: [fault] },
    );
    response.redirect(303, breakAddress(one));
  });
  return router;
}

function actOf(act: BreakActName, id: string, by: string, text: string): BreakAct {
  switch (act) {
    case 'assign':
      return { id, by, act, owner: text };
    case 'comment':
      return { id, by, act, text };
    case 'close':
    case 'reopen':
      return { id, by, act, why: text };
  }
}

/** @throws DeskRefusal, TemporalUnavailable */
async function breakOf(registers: BreakRegisters, { params }: Request): Promise<RegisteredBreak> {
  const { day, id } = params;
  const known = typeof day === 'string' ? calendarDay(day) : undefined;
  const register = known === undefined ? undefined : await registers.find(known);
  const one = register?.breaks.find((kept) => kept.id === id);
  if (one) return one;
  throw new DeskRefusal(404, (words) => words.refusals.noBreak);
}
