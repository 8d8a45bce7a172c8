import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { unavailable } from './temporal-answers';

/**
 * What an update of a workflow answered. Whoever takes the workflow's place at Temporal can accept every update, and answer
 * with nothing or with what is stored: then nobody knows whether it was done.
 * @param isOurs whether it has the form of our workflow's answer
 * @throws PurchaseUnreadable if it has not
 */
export function requireAnswer<T extends object>(told: T | undefined, isOurs: (told: T) => boolean): T {
  if (typeof told === 'object' && told !== null && isOurs(told)) return told;
  throw unavailable(new PayloadUnreadable('not_decodable', NO_KEY));
}
