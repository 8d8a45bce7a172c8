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

/** Whether a browser says that a page of another origin has it fetch this; by an address that was typed, none does. */
export function isLedByAnotherSite({ 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Whether a browser fetches this for a page of its own, as when a link is followed, and not for a part of another page. */
export function isWholePage(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}
