import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** One listens on these for every machine. A connection to them goes nowhere else than to this one. */
const unspecified = new BlockList();
unspecified.addAddress('0.0.0.0', 'ipv4');
unspecified.addAddress('::', 'ipv6');

/**
 * Whether only this machine reaches what listens there: `localhost` or a loopback address, with or without brackets.
 * `0.0.0.0` and `::` are not: every machine reaches what listens on them.
 */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || isIn(loopback, host);
}

/**
 * Whether a connection to this host ends at this machine, so that nobody on the way can read it: loopback, and `0.0.0.0`
 * and `::`, which as the target of a connection are this machine too. Other names below `localhost` may be looked up elsewhere.
 */
export function endsAtThisMachine(host: string): boolean {
  return isLoopback(host) || isIn(unspecified, host);
}

function isIn(list: BlockList, host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
