import type { Response } from 'express';
import type { Channel, KeyHolder } from '../../channel/registry';
import type { Scope } from '../../domain/scopes';

/** By which key a request was let in, and what for. */
export interface Access extends KeyHolder {
  scope: Scope;
  /** The Problem by which the key gives no access any more: it is looked up again. Nothing while it does. */
  lost: () => Error | undefined;
}

const known = new WeakMap<Response, Access>();

/** Keeps who a request was found to be from. */
export function knowChannel(response: Response, access: Access): void {
  known.set(response, access);
}

/** Who the request is from; nothing while or because nobody has authenticated. */
export function knownChannel(response: Response): Channel | undefined {
  return known.get(response)?.channel;
}

/**
 * Who the request is from, behind `authenticate`.
 * @throws Error, a defect of ours, when the route stands open
 */
export function channelOf(response: Response): Channel {
  return accessOf(response).channel;
}

/** By which key the request was let in, behind `authenticate`. @throws Error as `channelOf` */
export function accessOf(response: Response): Access {
  const access = known.get(response);
  if (!access) throw new Error('a route that serves channels does not authenticate them');
  return access;
}

/**
 * Goes behind everything that a request waits for, and before what it is let in for: a key may have been revoked meanwhile.
 * @throws Problem when the key gives no access any more
 */
export function requireAccess(response: Response): void {
  const fault = accessOf(response).lost();
  if (fault) throw fault;
}
