import { Router } from 'express';
import type { DeskParts } from '../parts';
import { queryText } from '../access/guards';
import { signedIn } from '../visit';
import { queuePage } from './queue-page';

/** The first page: what needs attention. */
export function queueRoutes({ watch, pausable }: DeskParts): Router {
  return Router({ caseSensitive: true }).get('/', async (request, response) => {
    const filter = {
      kind: queryText(request, 'kind'),
      reason: queryText(request, 'reason'),
      channel: queryText(request, 'channel'),
      package: queryText(request, 'package'),
    };
    const [now, found] = await Promise.all([watch.now(), watch.find(filter)]);
    const { channels } = pausable();
    response.send(queuePage(signedIn(response), now, filter, { found, channels }));
  });
}
