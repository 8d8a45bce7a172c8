/**
 * The URL by which what listens at a host and port of this machine is visited.
 * @param host what it listens on; one that listens everywhere is visited on loopback, IPv6 gets its brackets
 * @example urlOf('::1', 3000) // http://[::1]:3000
 */
export function urlOf(host: string, port: number | string): string {
  const visited = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${visited.includes(':') ? `[${visited}]` : visited}:${port}`;
}
