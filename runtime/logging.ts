import pino, { type DestinationStream, type Logger } from 'pino';
import { lineWithoutNumbers } from '../domain/telephone-numbers';

/** Members that hold secrets or personal data, wherever an object of ours might carry them into a line. */
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
 * The logger of a part: JSON lines on stdout, in which no secret of ours and no subscriber's number ever stands, not
 * even in the words of an error (I11). A number that was masked already stays as it is.
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
    hooks: { streamWrite: lineWithoutNumbers },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** As `maskMsisdn` writes it: the purchase's own line names the subscriber so. */
function isMasked(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}\*{4}\d{3}$/.test(value);
}
