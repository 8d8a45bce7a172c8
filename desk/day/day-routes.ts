import { Router, type Request, type Response } from 'express';
import type { ControlResult } from '../../client/control';
import { gatewayHealth } from '../../client/gateway-health';
import { countRuns } from '../../client/visibility-pages';
import type { PauseScope } from '../../domain/control';
import { channelName } from '../../domain/identifiers';
import { calendarDay, localDay, type LocalDay } from '../../domain/local-time';
import { packageCode } from '../../domain/catalogue/packages';
import { searchFor } from '../../operators/saved-searches';
import { InternalSideUnreadable } from '../../reconciliation/visibility-side';
import { formText, queryText, personsText, requireRole, requireToken } from '../access/guards';
import { DeskRefusal } from '../access/refusal';
import type { DeskParts } from '../parts';
import { signedIn, type SignedIn } from '../visit';
import { DaysFigures } from './day-figures';
import { dayPage, type Day } from './day-page';
import { scopeInPlainWords } from './scope-words';

/** A purchase that waits for longer than this is not merely on its way. */
const HELD_AFTER_MS = 30_000;
const MINUTE_MS = 60_000;

/** The figures of a day, MobiFone's state, and what is paused. */
export function dayRoutes(parts: DeskParts): Router {
  const router = Router({ caseSensitive: true });
  const { control, logger } = parts;
  const figures = new DaysFigures(parts.client);
  const show = async (response: Response, status: number, wanted: LocalDay, told: Told = {}) => {
    const day = await dayOf(parts, figures, wanted);
    response.status(status).send(dayPage(signedIn(response), day, told));
  };
  router.get('/day', async (request, response) => {
    const asked = queryText(request, 'day');
    const wanted = calendarDay(asked);
    const faults = asked === '' || wanted !== undefined ? [] : [signedIn(response).words.search.badDay];
    await show(response, faults.length > 0 ? 422 : 200, wanted ?? localDay(new Date()), { faults });
  });
  const change = (isPause: boolean) => async (request: Request, response: Response) => {
    const visit = signedIn(response);
    requireToken(request, visit.session);
    requireRole(visit.session, 'act');
    const { words, session } = visit;
    const today = localDay(new Date());
    const named = formText(request, 'scope');
    if (named === '') return show(response, 422, today, { faults: [words.day.scopeMissing] });
    const scope = scopeOf(named);
    const why = personsText(request, 'why');
    const minutes = formText(request, 'minutes');
    const isGood = minutes === '' || /^[1-9]\d{0,5}$/.test(minutes);
    if (why === '' || !isGood) {
      const fault = why === '' ? words.acts.whyMissing : words.day.badMinutes;
      return show(response, 422, today, { faults: [fault] });
    }
    const by = session.person.name;
    const now = new Date();
    const until = new Date(now.getTime() + Number(minutes) * MINUTE_MS).toISOString();
    const result = isPause
      ? await control.pause({ scope, by, why, ...(minutes === '' ? {} : { until }) })
      : await control.resume({ scope, by, why });
    logger.info(
      { event: isPause ? 'desk.pause' : 'desk.resume', who: by, scope, result: result.kind },
      'sales',
    );
    await show(response, result.kind === 'applied' ? 200 : 409, today, told(visit, isPause, scope, result));
  };
  router.post('/pauses', change(true));
  router.post('/pauses/end', change(false));
  return router;
}

interface Told {
  done?: readonly string[];
  faults?: readonly string[];
}

function told({ words, say }: SignedIn, isPause: boolean, scope: PauseScope, result: ControlResult): Told {
  if (result.kind === 'refused') return { faults: [words.day.refusedBecause(say.refusal(result.because))] };
  const name = scopeInPlainWords(words, scope);
  return { done: [isPause ? words.day.pausedDone(name) : words.day.resumedDone(name)] };
}

async function dayOf(parts: DeskParts, figures: DaysFigures, day: LocalDay): Promise<Day> {
  const { client, control, taskQueue, pausable, watch } = parts;
  const now = new Date();
  const before = new Date(now.getTime() - HELD_AFTER_MS);
  const [sums, gateway, held, state] = await Promise.all([
    figures.of(day).catch((fault: unknown) => {
      if (fault instanceof InternalSideUnreadable) return fault.message;
      throw fault;
    }),
    gatewayHealth(client, taskQueue),
    countRuns(client, searchFor(['outage'], { before })),
    control.read(),
  ]);
  return {
    day,
    figures: sums,
    gateway,
    held,
    control: state,
    pausable: pausable(),
    waiting: watch.waiting,
  };
}

/** @throws DeskRefusal for what the page's own form does not send */
function scopeOf(text: string): PauseScope {
  const [kind, name = ''] = text.split(' ');
  try {
    if (kind === 'all') return { kind };
    if (kind === 'channel') return { kind, channel: channelName(name) };
    if (kind === 'package') return { kind, package: packageCode(name) };
  } catch {
    // not a name: refused below
  }
  throw new DeskRefusal(400, (words) => words.refusals.badRequest);
}
