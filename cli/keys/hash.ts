import { temporalTarget } from '../../client/connection';
import { subscriberHashes } from '../../client/encryption';
import { searchFor } from '../../operators/saved-searches';
import { webUiLinks } from '../../client/web-ui-links';
import { loadOperatorConfig } from '../../config';
import { keyRingOf } from '../../encryption/key-ring';
import { readSubscriberNumber } from '../terminal/subscriber-number';
import { say } from '../terminal/output';
import { ownRing } from './ring';

/** Prints the search for a subscriber's purchases, and its link, neither of which holds the number. */
export async function hash(): Promise<void> {
  const ring = keyRingOf(ownRing().ring);
  const subscriber = subscriberHashes(ring, await readSubscriberNumber());
  const query = searchFor([], { subscriber });
  const config = loadOperatorConfig();
  const { embedded, namespace } = temporalTarget(config);
  const webUi = embedded ? `http://127.0.0.1:${config.TEMPORAL_UI_PORT}` : (config.TEMPORAL_UI_URL ?? null);
  const link = webUiLinks(webUi, namespace)?.search(query);
  say(query, ...(link === undefined ? [] : [link]));
}
