import { endsAtThisMachine } from './this-machine';

/**
 * Why a URL must not be called, for the person who set it; undefined when it may be. What leaves this machine does so
 * over HTTPS, and a URL holds no password, since URLs are logged and shown.
 * @param insecureHttpHosts lower-case names of other machines that may be called over plain HTTP: INSECURE_HTTP_HOSTS
 */
export function transportFault(text: string, insecureHttpHosts: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL';
  const { protocol, hostname, username, password, hash } = new URL(text); // which spells scheme and host in lower case
  if (username || password) return 'must not contain a user or a password';
  if (hash !== '' || text.includes('\\'))
    return 'must not contain a "#" or a backslash: what follows is read otherwise elsewhere';
  if (protocol === 'https:') return undefined;
  if (protocol !== 'http:') return 'must begin with https://, or http:// on this machine';
  const host = hostname.replace(/^\[|\]$/g, '');
  if (endsAtThisMachine(host) || insecureHttpHosts.includes(host)) return undefined;
  return 'must begin with https://; plain HTTP is accepted on this machine, and for hosts named in INSECURE_HTTP_HOSTS';
}
