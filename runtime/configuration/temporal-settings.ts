import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ClientConfigProfile } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { endsAtThisMachine } from '../this-machine';

type Environment = Readonly<Record<string, string | undefined>>;

/** Temporal's own variables that are read, by `@temporalio/envconfig` and by Temporal's tools alike. */
export const TEMPORAL_VARIABLES = [
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_TLS',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_CERT_DATA',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_DATA',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_DATA',
  'TEMPORAL_TLS_SERVER_NAME',
  'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION',
  'TEMPORAL_CODEC_ENDPOINT',
  'TEMPORAL_CODEC_AUTH',
] as const;

/**
 * Faults of Temporal's own variables that `@temporalio/envconfig` accepts: it drops half of a certificate pair, reads
 * `TEMPORAL_TLS=yes` as no, and sends an API key in clear where TLS is off.
 * @param environment with the API key in it, also if it came from a file
 * @returns one line per fault, which begins with the variable
 */
export function temporalSettingsFaults(environment: Environment, now: Date = new Date()): string[] {
  const faults = [...flagFaults(environment), ...certificateFaults(environment, now)];
  const profileAsked = Boolean(environment['TEMPORAL_PROFILE'] || environment['TEMPORAL_CONFIG_FILE']);
  const address = environment['TEMPORAL_ADDRESS'];
  const access = TEMPORAL_VARIABLES.filter(
    (name) => environment[name] && /^TEMPORAL_(?:API_KEY$|TLS_)/.test(name),
  );
  if (access.length > 0 && !address && !profileAsked) {
    faults.push(
      `TEMPORAL_ADDRESS: must be set where ${access[0]} is; without it the embedded server is used`,
    );
  }
  if (!isOff(environment['TEMPORAL_TLS'])) return faults;
  for (const name of access.filter((name) => name !== 'TEMPORAL_API_KEY')) {
    faults.push(`TEMPORAL_TLS: switches off what ${name} asks for; remove one of them`);
  }
  if (environment['TEMPORAL_API_KEY'] && address && !isThisMachine(address)) {
    faults.push('TEMPORAL_TLS: must not be off where TEMPORAL_API_KEY is sent to another machine');
  }
  return faults;
}

/**
 * Faults of what variables and profile come to together; the library accepts them in a profile as well.
 * @param tls with the content of the files that the profile names
 */
export function temporalAccessFaults(
  profile: ClientConfigProfile,
  tls: ConnectionOptions['tls'],
  now: Date = new Date(),
): string[] {
  if (tls === false) return faultsWithoutTls(profile);
  if (typeof tls !== 'object' || tls === null) return [];
  const faults: string[] = [];
  const read = <T>(pem: Uint8Array | undefined, understood: (pem: Buffer) => T, otherwise: string) => {
    try {
      return pem && understood(Buffer.from(pem));
    } catch {
      faults.push(otherwise);
      return undefined;
    }
  };
  const { serverRootCACertificate, clientCertPair } = tls;
  const authority = read(
    serverRootCACertificate,
    asCertificate,
    'the certificate of the authority is not in PEM',
  );
  const certificate = read(clientCertPair?.crt, asCertificate, 'the client certificate is not in PEM');
  const key = read(
    clientCertPair?.key,
    createPrivateKey,
    'the client key is not a private key without a passphrase in PEM',
  );
  if (authority) faults.push(...validityFaults('the certificate of the authority', authority, now));
  if (certificate) faults.push(...validityFaults('the client certificate', certificate, now));
  if (certificate && key && !certificate.checkPrivateKey(key)) {
    faults.push('the client key is not the key of the client certificate');
  }
  return faults;
}

function faultsWithoutTls({ address = '', apiKey, tls }: ClientConfigProfile): string[] {
  const faults: string[] = [];
  if (apiKey && !isThisMachine(address)) {
    faults.push('TLS must not be off where an API key is sent to another machine');
  }
  if (tls?.clientCert ?? tls?.serverCACert ?? tls?.serverName) {
    faults.push('TLS is off beside a certificate or a server name, which need it; remove one of them');
  }
  return faults;
}

function isThisMachine(address: string): boolean {
  return endsAtThisMachine(address.replace(/:\d+$/, ''));
}

function validityFaults(what: string, { validFrom, validTo }: X509Certificate, now: Date): string[] {
  const [from, to] = [new Date(validFrom), new Date(validTo)];
  if (now > to) return [`${what} expired on ${to.toISOString()}`];
  return now < from ? [`${what} is not valid before ${from.toISOString()}`] : [];
}

function flagFaults(environment: Environment): string[] {
  const noFlags = ['TEMPORAL_TLS', 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION']
    .filter((name) => !/^(?:1|0|true|false)?$/.test(environment[name] ?? ''))
    .map((name) => `${name}: "${environment[name]}" is neither true nor false (nor 1 or 0)`);
  const unchecked = environment['TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'];
  return unchecked === '1' || unchecked === 'true'
    ? [
        ...noFlags,
        'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: the server’s certificate is always checked; give its authority in TEMPORAL_TLS_SERVER_CA_CERT_PATH, or the name in its certificate in TEMPORAL_TLS_SERVER_NAME',
      ]
    : noFlags;
}

function certificateFaults(environment: Environment, now: Date): string[] {
  const faults: string[] = [];
  const authority = pemOf(environment, 'SERVER_CA_CERT', asCertificate, faults);
  const certificate = pemOf(environment, 'CLIENT_CERT', asCertificate, faults);
  const key = pemOf(environment, 'CLIENT_KEY', createPrivateKey, faults);
  for (const { variable, content } of [authority, certificate].filter((given) => given !== undefined)) {
    faults.push(...validityFaults(`${variable}: the certificate`, content, now));
  }
  if (certificate && key && !certificate.content.checkPrivateKey(key.content)) {
    faults.push(`${key.variable}: is not the key of the certificate in ${certificate.variable}`);
  }
  const profileAsked = Boolean(environment['TEMPORAL_PROFILE'] || environment['TEMPORAL_CONFIG_FILE']);
  return profileAsked ? faults : [...faults, ...halfPair(environment)]; // the other half may be in the profile
}

/** With one half missing, Temporal's library connects without any certificate, and the server's refusal does not say why. */
function halfPair(environment: Environment): string[] {
  const has = (what: string) =>
    Boolean(environment[`TEMPORAL_TLS_${what}_PATH`] || environment[`TEMPORAL_TLS_${what}_DATA`]);
  if (has('CLIENT_CERT') === has('CLIENT_KEY')) return [];
  const [missing, given] = has('CLIENT_CERT') ? ['CLIENT_KEY', 'CLIENT_CERT'] : ['CLIENT_CERT', 'CLIENT_KEY'];
  return [`TEMPORAL_TLS_${missing}_PATH: must be set as well where TEMPORAL_TLS_${given}_… is`];
}

/** Reads what a pair of `…_PATH` and `…_DATA` gives; adds its faults to the others. */
function pemOf<T extends X509Certificate | KeyObject>(
  environment: Environment,
  what: 'SERVER_CA_CERT' | 'CLIENT_CERT' | 'CLIENT_KEY',
  understood: (pem: string) => T,
  faults: string[],
): { variable: string; content: T } | undefined {
  const [path, data] = [`TEMPORAL_TLS_${what}_PATH`, `TEMPORAL_TLS_${what}_DATA`];
  const file = environment[path];
  const variable = file ? path : data;
  if (file && environment[data]) {
    faults.push(`${path}: must not be set along with ${data}; remove one of them`);
    return undefined;
  }
  try {
    const pem = file ? readFileSync(file, 'utf8') : environment[data];
    return pem ? { variable, content: understood(pem) } : undefined;
  } catch (fault) {
    const { code, syscall } = fault as NodeJS.ErrnoException; // of a file, or of OpenSSL
    const kind = what === 'CLIENT_KEY' ? 'private key without a passphrase' : 'certificate';
    faults.push(
      syscall === undefined
        ? `${variable}: ${file ?? 'its text'} holds no ${kind} in PEM`
        : `${variable}: ${file} cannot be read (${code})`,
    );
    return undefined;
  }
}

const asCertificate = (pem: string | Buffer): X509Certificate => new X509Certificate(pem);
const isOff = (flag: string | undefined): boolean => flag === '0' || flag === 'false';
