import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { dnsLookup, type LookupAll } from './dns-lookup';

/** A webhook's host has an address that we must not be made to call. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  readonly code = 'FORBIDDEN_ADDRESS';
}

/** Cloud services that reveal secrets without authentication, on addresses that look public. */
const CLOUD_SERVICES: ReadonlySet<string> = new Set(['168.63.129.16']);

/**
 * Whether an IP address is of the public internet: not loopback, private, link-local (where clouds keep their
 * metadata), shared, multicast or reserved, and not an IPv6 form that wraps an IPv4 address to slip through.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && !CLOUD_SERVICES.has(parsed.toString());
}

/** RFC 6761: needs no name server. */
const THIS_MACHINE = /(?:^|\.)localhost\.?$/i;

/**
 * Refuses a host that is written as a forbidden address, or as this machine; such a host never reaches a lookup.
 * @param host as in `URL.hostname`, IPv6 in brackets
 * @throws ForbiddenAddress
 */
export function refuseForbiddenLiteral(host: string): void {
  const address = host.replace(/^\[|\]$/g, '');
  if (THIS_MACHINE.test(host) || (isIP(address) !== 0 && !isPublicAddress(address)))
    throw new ForbiddenAddress('the address is not public');
}

/**
 * A DNS lookup for a socket that hands over public addresses only. The socket connects to the very addresses that
 * were judged here, so a name that resolves differently a moment later gains nothing.
 * @param resolve the name servers of this machine unless given
 */
export function publicLookup(resolve: LookupAll = dnsLookup()): LookupFunction {
  return (hostname, options, answer) => {
    resolve(hostname, { ...options, all: true }, (fault, addresses) => {
      if (fault) return answer(fault, '');
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
        return answer(new ForbiddenAddress('the host name leads to an address that is not public'), '');
      }
      if (options.all) return answer(null, addresses);
      return answer(null, first.address, first.family);
    });
  };
}
