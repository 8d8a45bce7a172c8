import { proxyFor, type Proxy } from '../../runtime/proxy/settings';
import type { TemporalTarget } from '../../runtime/configuration/temporal-target';

/** Host and port of an address as Temporal's settings have it; undefined when it is none. */
export function placeOf(address: string): { host: string; port: number } | undefined {
  const [, ipv6, name, port = '7233'] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(address) ?? [];
  const host = ipv6 ?? name;
  return host === undefined ? undefined : { host, port: Number(port) };
}

/** The proxy on the way to Temporal; undefined where there is none. */
export function proxyToTemporal({
  address,
  tls,
}: Pick<TemporalTarget['connectionOptions'], 'address' | 'tls'>): Proxy | undefined {
  const place = placeOf(address);
  return place && proxyFor({ ...place, isSecure: Boolean(tls) });
}
