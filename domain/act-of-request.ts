import { isBlank } from './harmless-text';
import type { MarkedRequest } from './request-mark';

/**
 * The update that a request was made for: stored, it is encrypted as a whole, and whoever has no key could send it as another
 * update of the same form. One that a person types may leave it out.
 */
export interface ActOfRequest extends MarkedRequest {
  act?: string;
  /** Of one that ends a pause or a block: since when that stands, ISO 8601. Sent again, it ends no later one. */
  since?: string;
}

/** In characters. All that is paused, or blocked, is in one memo, of which Temporal takes two megabytes. */
export const MAX_TEXT_LENGTH = 200;

/** Why it is not known who acts and why, or is said too long; nothing when it is. Typed by hand, neither need be a text. */
export function attributionFault({ by, why }: { by: unknown; why: unknown }): string | undefined {
  for (const [field, text] of Object.entries({ by, why })) {
    if (typeof text !== 'string' || isBlank(text)) return `"${field}" must be given`;
    if (text.length > MAX_TEXT_LENGTH) return `"${field}" may have ${MAX_TEXT_LENGTH} characters`;
  }
  return undefined;
}

/** Why a request is not for this update; nothing when it is. */
export function actFault({ act }: ActOfRequest, update: string): string | undefined {
  return act === undefined || act === update ? undefined : `the input is of another act than "${update}"`;
}

/** Why a request does not end what stands; nothing when it does. @param what in words */
export function sinceFault(
  what: string,
  standing: { since: string },
  { since }: ActOfRequest,
): string | undefined {
  if (since === undefined || since === standing.since) return undefined;
  return `what the input ends is over: ${what} has stood so since ${standing.since} only`;
}
