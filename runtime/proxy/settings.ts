import { BlockList, isIP } from 'node:net';
import { endsAtThisMachine } from '../this-machine';

type Environment = Readonly<Record<string, string | undefined>>;

/** The usual variables that name a proxy, in both spellings; lower case comes first. */
export const PROXY_VARIABLES = [
  'https_proxy',
  'HTTPS_PROXY',
  'http_proxy',
  'HTTP_PROXY',
  'no_proxy',
  'NO_PROXY',
] as const;

/** An HTTP proxy that connections are tunnelled through by CONNECT. */
export interface Proxy {
  host: string;
  port: number;
  /** `user:password`, where the proxy asks for them. */
  credentials?: string;
}

/** Where a connection leads. */
export interface Destination {
  /** With TLS, HTTPS_PROXY holds; without, HTTP_PROXY. */
  isSecure: boolean;
  /** A name or an IP address; IPv6 with or without brackets. */
  host: string;
  port: number;
}

/**
 * The proxy that a connection of ours goes through. This is the one place that decides: every client asks here, and
 * libraries that would read the variables themselves are configured not to.
 * @returns undefined where it goes directly, as to this machine always
 */
export function proxyFor(to: Destination, environment: Environment = process.env): Proxy | undefined {
  const host = bare(to.host);
  if (isThisMachine(host)) return undefined;
  const address = given(environment, to.isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (address === undefined) return undefined;
  const exceptions = (given(environment, 'NO_PROXY') ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  if (exceptions.some((entry) => isExcepted(host, to.port, entry))) return undefined;
  return proxyOf(address);
}

/** Faults of the variables: one line each. */
export function proxySettingsFaults(environment: Environment): string[] {
  return PROXY_VARIABLES.filter((name) => !/^no_/i.test(name)).flatMap((name) => {
    const address = environment[name];
    if (!address || proxyOf(address)) return [];
    return [
      `${name}: "${schemeOf(address)}…" is not a proxy that can be used: write http://host:port, or http://user:password@host:port`,
    ];
  });
}

/** Whether some connections go through a proxy. */
export function namesProxy(environment: Environment = process.env): boolean {
  return PROXY_VARIABLES.some((name) => environment[name] && !/^no_/i.test(name));
}

/**
 * An environment for child processes that are not ours, such as the Temporal server: what they connect to on this
 * machine goes through no proxy.
 */
export function withLoopbackExcepted(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!namesProxy(environment)) return environment;
  const exceptions = new Set([...(given(environment, 'NO_PROXY') ?? '').split(/[\s,]+/), ...THIS_MACHINE]);
  exceptions.delete('');
  const list = [...exceptions].join(',');
  return { ...environment, NO_PROXY: list, no_proxy: list };
}

const THIS_MACHINE = ['127.0.0.1', 'localhost', '::1'];

/** A name below `localhost` needs no name server (RFC 6761), and no proxy. */
function isThisMachine(host: string): boolean {
  return /(?:^|\.)localhost\.?$/i.test(host) || endsAtThisMachine(host);
}

function given(environment: Environment, name: string): string | undefined {
  return environment[name.toLowerCase()]?.trim() || environment[name]?.trim() || undefined;
}

/** @param entry a name with its subdomains, an address, a range as `10.0.0.0/8`, each perhaps with a port; or `*` */
function isExcepted(host: string, port: number, entry: string): boolean {
  if (entry === '*') return true;
  const [, withPort, ownPort] = /^(.*[^:]):(\d{1,5})$/.exec(entry) ?? [];
  const isIpv6 = isIP(bare(entry)) === 6;
  if (!isIpv6 && ownPort !== undefined && Number(ownPort) !== port) return false;
  const excepted = bare(isIpv6 ? entry : (withPort ?? entry)).toLowerCase();
  const [network = '', bits] = excepted.split('/');
  if (bits !== undefined) return isInRange(host, network, Number(bits));
  const name = excepted.replace(/^\*?\./, '');
  const wanted = host.toLowerCase();
  return wanted === name || (isIP(wanted) === 0 && wanted.endsWith(`.${name}`));
}

function isInRange(host: string, network: string, bits: number): boolean {
  const family = isIP(network);
  if (family === 0 || !(bits >= 0 && bits <= (family === 4 ? 32 : 128))) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
  const hosts = isIP(host);
  return hosts !== 0 && list.check(host, hosts === 4 ? 'ipv4' : 'ipv6');
}

function proxyOf(address: string): Proxy | undefined {
  const url = address.includes('://') ? address : `http://${address}`;
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, username, password } = new URL(url);
  const [user, secret] = [decoded(username), decoded(password)];
  if (protocol !== 'http:' || hostname === '' || user === undefined || secret === undefined) return undefined;
  return {
    host: bare(hostname),
    port: Number(port || 80),
    ...(user ? { credentials: `${user}:${secret}` } : {}),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a percent sign that is not written as %25
  }
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');
/** All that is shown of an address that cannot be used: it may be written in any way, and a password stand anywhere behind. */
const schemeOf = (address: string): string => /^[a-z][a-z\d+.-]*:\/\//i.exec(address)?.[0] ?? '';
