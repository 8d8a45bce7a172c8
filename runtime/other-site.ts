import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser says that a page of another origin makes this request, which is to change something. Programs send
 * neither header; a browser sends `Origin` with every form and `fetch` that changes something.
 * @param own origin of the server; that of the request's `Host` unless given, for a server without TLS
 */
export function isFromAnotherSite(
  method: string | undefined,
  { origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders,
  own = `http://${host}`,
): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return (origin !== undefined && origin !== own) || (site !== undefined && site !== 'same-origin');
}
