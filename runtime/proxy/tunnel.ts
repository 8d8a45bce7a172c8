import http from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { Proxy } from './settings';

/** A proxy cannot be reached, or does not let us through. */
export class ProxyRefused extends Error {
  override readonly name = 'ProxyRefused';
  readonly code = 'EPROXY';
}

/**
 * Connects through a proxy, by CONNECT.
 * @param to an IP address, or a name that the proxy looks up
 * @param limitMs how long the proxy may take
 * @returns a socket whose next byte goes to that place
 * @throws ProxyRefused
 */
export function openTunnel(
  proxy: Proxy,
  to: { host: string; port: number },
  limitMs: number,
): Promise<Socket> {
  const place = `${isIP(to.host) === 6 ? `[${to.host}]` : to.host}:${to.port}`;
  const name = `the proxy ${proxy.host}:${proxy.port}`;
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: proxy.host,
      port: proxy.port,
      method: 'CONNECT',
      path: place,
      agent: false,
      headers: {
        host: place,
        ...(proxy.credentials === undefined
          ? {}
          : { 'proxy-authorization': `Basic ${Buffer.from(proxy.credentials).toString('base64')}` }),
      },
    });
    const tooLate = () => request.destroy(Object.assign(new Error('too late'), { code: 'ETIMEDOUT' }));
    const limit = setTimeout(tooLate, limitMs);
    request.once('close', () => clearTimeout(limit));
    request.once('connect', ({ statusCode }, socket: Socket, head: Buffer) => {
      clearTimeout(limit);
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        return resolve(socket);
      }
      socket.destroy();
      const advice =
        statusCode === 407 ? 'check its user and password in HTTPS_PROXY' : 'see its rules, or NO_PROXY';
      reject(new ProxyRefused(`${name} answered ${String(statusCode)} for ${place}: ${advice}`));
    });
    request.once('response', ({ statusCode }) => {
      request.destroy();
      reject(new ProxyRefused(`${name} answered ${String(statusCode)} and no tunnel: it may be no proxy`));
    });
    request.on('error', (fault: NodeJS.ErrnoException) => {
      reject(
        new ProxyRefused(`${name} cannot be reached (${fault.code ?? fault.message})`, { cause: fault }),
      );
    });
    request.end();
  });
}
