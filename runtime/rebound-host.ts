import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { isLoopback } from './this-machine';

/**
 * Whether a browser that sends this `Host` can have been led here by DNS rebinding: a name that somebody else points at
 * this machine. In a café that is also a name without a dot, which whoever runs the network answers for. Addresses cannot
 * be pointed elsewhere, and a machine answers for its own name itself.
 */
export function mayBeRebound(hostHeader: string | undefined): boolean {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([^:]*))(?::\d+)?$/i.exec(hostHeader ?? '') ?? [];
  const name = (bracketed ?? plain ?? '').toLowerCase();
  return isIP(name) === 0 && name !== 'localhost' && name !== hostname().toLowerCase();
}

/**
 * The same of a server that may listen for other machines as well: those reach it by whatever name it has there, and the
 * network decides who they are. On loopback only this machine's browser can have been led here.
 * @param boundTo the address that the server listens on
 */
export function mayBeReboundAt(boundTo: string, hostHeader: string | undefined): boolean {
  return isLoopback(boundTo) && mayBeRebound(hostHeader);
}
