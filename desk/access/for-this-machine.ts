import { isLoopback } from '../../runtime/this-machine';

/**
 * Whether a one-time link is enough: it is for this machine, and what other machines reach has people who are known. With
 * a DESK_URL on loopback the desk answers under that name only, as in a container whose port is published on loopback.
 */
export function isForThisMachine(host: string, url: string | undefined): boolean {
  return isLoopback(url === undefined ? host : new URL(url).hostname);
}
