import { createHash } from 'node:crypto';
import type { Timeline } from '../../operators/timeline';
import type { Session } from '../access/sessions';

type Who = Pick<Session, 'person'>;

/**
 * The id of trying again, on the purchase: the same for a person as long as nothing has happened, so that a button that
 * is pressed twice tries once. Its form is on a live page and is not kept, as the forms of other acts are.
 */
export function retryId(who: Who, { purchase, acts }: Pick<Timeline, 'purchase' | 'acts'>): string {
  return `${PREFIX}${purchase.events.length}-${acts.length}-${markOf(who)}`;
}

/** Whether a form of this person holds it. */
export function isRetryId(who: Who, text: string): boolean {
  return text.startsWith(PREFIX) && text.endsWith(`-${markOf(who)}`) && text.length < 80;
}

const PREFIX = 'desk-retry-';

function markOf({ person }: Who): string {
  return createHash('sha256').update(person.name).digest('hex').slice(0, 12);
}
