import { Router } from 'express';
import { CHANNEL_NAME_PATTERN } from '../../domain/identifiers';
import { calendarDay } from '../../domain/local-time';
import { search } from '../../operators/search';
import { formText, requireToken } from '../access/guards';
import type { DeskParts } from '../parts';
import { signedIn } from '../visit';
import { searchPage } from './search-page';

/** Search: what is looked for is posted, so that no number is in an address or a log. */
export function searchRoutes(parts: DeskParts): Router {
  const router = Router({ caseSensitive: true });
  const { client, subscriberHashes, pausable, watch, logger } = parts;
  const waiting = () => watch.waiting;
  router.get('/search', (_request, response) => {
    response.send(searchPage(signedIn(response), { waiting: waiting() }));
  });
  router.post('/search', async (request, response) => {
    const visit = signedIn(response);
    requireToken(request, visit.session);
    const { words } = visit;
    const wanted = {
      text: formText(request, 'what'),
      channel: formText(request, 'channel') || undefined,
      day: formText(request, 'day') || undefined,
    };
    const isNothing = wanted.text === '' && wanted.channel === undefined && wanted.day === undefined;
    const isBadDay = wanted.day !== undefined && calendarDay(wanted.day) === undefined;
    const isBadChannel = wanted.channel !== undefined && !CHANNEL_NAME_PATTERN.test(wanted.channel);
    if (isNothing || isBadDay || isBadChannel) {
      const fault = isBadDay ? words.search.badDay : isBadChannel ? words.search.none : words.search.empty;
      return void response.status(422).send(searchPage(visit, { wanted, fault, waiting: waiting() }));
    }
    const { channels } = pausable();
    const found = await search(client, wanted, { hashesOf: subscriberHashes, channels });
    logger.info(
      { event: 'desk.search', who: visit.session.person.name, found: found.purchases.length },
      'searched',
    );
    const isClear = subscriberHashes === undefined;
    response.send(searchPage(visit, { wanted, found, isClear, waiting: waiting() }));
  });
  return router;
}
