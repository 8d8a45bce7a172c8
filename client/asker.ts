import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChannelName } from '../domain/identifiers';

const current = new AsyncLocalStorage<ChannelName | undefined>();

/** Runs work, and all that it starts, on behalf of a channel: what fails then counts against that channel only. */
export function onBehalfOf<T>(channel: ChannelName, work: () => T): T {
  return current.run(channel, work);
}

/** Runs work whose result several channels share, so that no channel's own trouble decides it. */
export function asOurselves<T>(work: () => T): T {
  return current.run(undefined, work);
}

/** The channel on whose behalf this code runs; undefined for work of our own. */
export function currentAsker(): ChannelName | undefined {
  return current.getStore();
}
