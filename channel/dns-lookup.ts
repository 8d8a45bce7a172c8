import dns, { type LookupAddress } from 'node:dns';

/** How a host name becomes addresses, in the form of `dns.lookup` with `all`. */
export type LookupAll = (
  hostname: string,
  options: dns.LookupAllOptions,
  answer: (fault: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Of the first try; the second takes twice as long. Together they stay below the default connection timeout. */
const QUERY_TIMEOUT_MS = 800;
const TRIES = 2;

/**
 * Resolves names without a thread. `dns.lookup` occupies one of the process's four threads until a silent name server
 * times out: four channels with such names would block all other lookups and file access. Only DNS is used, not the
 * hosts file or search domains; no channel's webhook needs them.
 * @param newResolver asks other servers, for tests
 */
export function dnsLookup(
  newResolver = () => new dns.promises.Resolver({ timeout: QUERY_TIMEOUT_MS, tries: TRIES }),
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
