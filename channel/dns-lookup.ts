import dns, { type LookupAddress } from 'node:dns';

/** How a host name becomes addresses, in the form of `dns.lookup` with `all`. */
export type LookupAll = (
  hostname: string,
  options: dns.LookupAllOptions,
  answer: (fault: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Twice, the second time twice as long: together they are shorter than a connection may take by default. */
const QUESTION_MS = 800;
const TRIES = 2;

/**
 * Asks the name servers of this machine without a thread. `dns.lookup` holds one of the process's four threads until a
 * silent name server is given up: four channels with such names would stop the lookups, and the files, of all others. It
 * follows DNS alone, so a name of the machine's hosts file or search domain is not found; none of them is a channel's.
 * @param newResolver asks other servers, for tests
 */
export function dnsLookup(
  newResolver = () => new dns.promises.Resolver({ timeout: QUESTION_MS, tries: TRIES }),
): LookupAll {
  return (hostname, _, answer) => {
    const resolver = newResolver();
    void Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]).then(
      ([four, six]) => {
        const addresses = [...addressesOf(four, 4), ...addressesOf(six, 6)];
        const fault = four.status === 'rejected' ? (four.reason as NodeJS.ErrnoException) : null; // Node's own error
        answer(addresses.length > 0 ? null : fault, addresses);
      },
    );
  };
}

function addressesOf(found: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return found.status === 'fulfilled' ? found.value.map((address) => ({ address, family })) : [];
}
