import type { Response } from 'express';
import type { Channel } from '../../channel/registry';

const channels = new WeakMap<Response, Channel>();

/** Keeps who a request was found to be from. */
export function knowChannel(response: Response, channel: Channel): void {
  channels.set(response, channel);
}

/** Who the request is from; nothing while or because nobody has authenticated. */
export function knownChannel(response: Response): Channel | undefined {
  return channels.get(response);
}

/**
 * Who the request is from, behind `authenticate`.
 * @throws Error, a defect of ours, when the route stands open
 */
export function channelOf(response: Response): Channel {
  const channel = channels.get(response);
  if (!channel) throw new Error('a route that serves channels does not authenticate them');
  return channel;
}
