import pino, { type DestinationStream, type Logger } from 'pino';
import { visibleJson } from '../domain/harmless-text';
import { lineWithoutNumbers } from '../domain/telephone-numbers';

/** pino's number of the level `warn`. */
export const WARN_LEVEL = 40;

/** Members that hold secrets or personal data in any object that may be logged. */
const SECRETS = [
  'authorization',
  'headers',
  'msisdn',
  'apiKey',
  'webhookSecret',
  'clientSecret',
  'accessToken',
];

/**
 * The logger of a part: JSON lines on stdout without secrets and subscriber numbers, also in error messages (I11).
 * Masked numbers are kept.
 * @param name of the part
 * @param destination stdout unless given
 */
export function createLogger(name: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    name,
    level,
    redact: {
      paths: SECRETS.flatMap((secret) => [secret, `*.${secret}`]),
      censor: (value: unknown) => (isMasked(value) ? value : '[Redacted]'),
    },
    hooks: { streamWrite: (line: string) => visibleJson(lineWithoutNumbers(line)) }, // a log is read at a terminal too
  };
  return destination ? pino(options, destination) : pino(options);
}

/** As `maskMsisdn` writes it. */
function isMasked(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}\*{4}\d{3}$/.test(value);
}
