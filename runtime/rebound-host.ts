import { isIP } from 'node:net';

/**
 * Whether a browser that sends this `Host` can have been led here by DNS rebinding: a page's own name that its owner points
 * at this machine. Addresses cannot be pointed elsewhere, and nobody owns a name without a dot in public DNS.
 */
export function mayBeRebound(hostHeader: string | undefined): boolean {
  const host = /^(\[[0-9a-f:]+\]|[^:]*)(?::\d+)?$/i.exec(hostHeader ?? '')?.[1] ?? '.';
  return host.includes('.') && isIP(host) === 0;
}

/**
 * The same of a server that may listen for other machines as well: those reach it by whatever name it has there, and the
 * network decides who they are. On loopback only this machine's browser can have been led here.
 * @param boundTo the address that the server listens on
 */
export function mayBeReboundAt(boundTo: string, hostHeader: string | undefined): boolean {
  return /^(localhost|127\.[\d.]+|::1)$/.test(boundTo) && mayBeRebound(hostHeader);
}
