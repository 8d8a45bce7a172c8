import { BlockList, isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { dnsLookup, type LookupAll } from './dns-lookup';

/** A webhook's host has an address that we must not be made to call. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  readonly code = 'FORBIDDEN_ADDRESS';
}

/** Where cloud services reveal secrets without authentication: link-local addresses, and some that look public or private. */
const CLOUD_SERVICES = new BlockList();
CLOUD_SERVICES.addSubnet('169.254.0.0', 16, 'ipv4');
CLOUD_SERVICES.addSubnet('fe80::', 10, 'ipv6');
CLOUD_SERVICES.addAddress('168.63.129.16', 'ipv4');
CLOUD_SERVICES.addAddress('100.100.100.200', 'ipv4');
CLOUD_SERVICES.addAddress('fd00:ec2::254', 'ipv6');

/**
 * Whether a host is written as an address of a cloud's own services. No webhook is there, on private networks neither.
 * @param host as in `URL.hostname`, IPv6 in brackets
 */
export function isCloudService(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family !== 0 && CLOUD_SERVICES.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * The part of the IPv6 internet from which IANA gives blocks to the registries, 2000:: to 2cff::; the rest of 2000::/3 is
 * reserved. Whatever wraps an IPv4 address (compatible, mapped, NAT64) is outside of it.
 */
const GLOBAL_IPV6 = new BlockList();
GLOBAL_IPV6.addSubnet('2000::', 5, 'ipv6');
GLOBAL_IPV6.addSubnet('2800::', 6, 'ipv6');
GLOBAL_IPV6.addSubnet('2c00::', 8, 'ipv6');

/**
 * Whether an IP address is one of the public internet: only what is set aside for it counts, so that an address of an
 * unknown kind is refused. Also refused are the parts of it that lead elsewhere, such as 6to4 and Teredo, and an address
 * with a zone. Which blocks within it were given to somebody is not looked up, since that changes.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address); // ipaddr.js also takes short and octal spellings, and zones
  if (family === 0 || address.includes('%') || isCloudService(address)) return false;
  if (family === 4) return ipaddr.IPv4.parse(address).range() === 'unicast';
  return GLOBAL_IPV6.check(address, 'ipv6') && ipaddr.IPv6.parse(address).range() === 'unicast';
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
