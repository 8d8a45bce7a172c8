import { transportFault } from '../transport';

/** The settings that name a place to call, or a page that is trusted. */
interface OutsideUrls {
  MOBIFONE_BASE_URL?: string | undefined;
  OPERATIONS_WEBHOOK?: string | undefined;
  CODEC_SERVER_JWKS_URL?: string | undefined;
  CODEC_SERVER_ORIGINS?: readonly string[] | undefined;
  DESK_URL?: string | undefined;
  DESK_OIDC_ISSUER?: string | undefined;
  RECONCILIATION_SOURCE?: string | undefined;
  TEMPORAL_UI_URL?: string | undefined;
  INSECURE_HTTP_HOSTS?: readonly string[];
}

/**
 * The settings whose URL leads elsewhere without TLS, or holds a password.
 * @param hostsAsGiven stands for the names of INSECURE_HTTP_HOSTS where one of them is faulty
 * @returns one line per fault, which begins with the variable
 */
export function outsideUrlFaults(
  { INSECURE_HTTP_HOSTS: hosts, ...urls }: OutsideUrls,
  hostsAsGiven: string | undefined,
): string[] {
  const insecure = hosts ?? (hostsAsGiven ?? '').toLowerCase().split(/[\s,]+/);
  const given: [name: string, url: string | undefined][] = [
    ['MOBIFONE_BASE_URL', urls.MOBIFONE_BASE_URL],
    ['OPERATIONS_WEBHOOK', urls.OPERATIONS_WEBHOOK],
    ['CODEC_SERVER_JWKS_URL', urls.CODEC_SERVER_JWKS_URL],
    ['TEMPORAL_UI_URL', urls.TEMPORAL_UI_URL],
    ['DESK_URL', urls.DESK_URL],
    ['DESK_OIDC_ISSUER', urls.DESK_OIDC_ISSUER],
    ['RECONCILIATION_SOURCE', isFile(urls.RECONCILIATION_SOURCE) ? undefined : urls.RECONCILIATION_SOURCE],
    ...(urls.CODEC_SERVER_ORIGINS ?? []).map((url): [string, string] => ['CODEC_SERVER_ORIGINS', url]),
  ];
  return given.flatMap(([name, url]) => {
    const fault = url === undefined ? undefined : transportFault(url, insecure);
    return fault === undefined ? [] : [`${name}: ${fault}`];
  });
}

/** Node's own switch, which disables the check of every server's certificate. */
export function uncheckedCertificates(environment: Readonly<Record<string, string | undefined>>): string[] {
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return [];
  return [
    'NODE_TLS_REJECT_UNAUTHORIZED: certificates are always checked; name the file of your own authority in NODE_EXTRA_CA_CERTS',
  ];
}

function isFile(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && new URL(url).protocol === 'file:';
}
