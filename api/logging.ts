import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import pino, { type Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { knownChannel } from './known-channel';

const SANE_REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** A Vietnamese mobile number in any usual spelling but for its last three digits, which may stay. */
const PHONE_NUMBER = /(?<!\d)\+?(?:84|0)[\s._~-]*[35789](?:[\s._~-]*\d){5}(?=(?:[\s._~-]*\d){3}(?!\d))/g;

/** The API's logger: JSON lines, secrets removed wherever an object of ours might carry them. */
export function createLogger(level: string): Logger {
  return pino({
    name: 'api',
    level,
    redact: ['*.authorization', '*.headers', '*.msisdn', '*.apiKey', '*.webhookSecret', 'msisdn'],
  });
}

/**
 * One line for each answered request, with its id: the caller's `X-Request-Id` when it is sane, else one of ours.
 * Neither headers nor bodies are logged, and a number that somebody put into an address is masked.
 */
export function logRequests(logger: Logger): RequestHandler {
  const log = pinoHttp<Request, Response>({
    logger,
    quietReqLogger: true,
    genReqId: (request, response) => {
      const id = requestId(request);
      response.setHeader('X-Request-Id', id);
      return id;
    },
    autoLogging: { ignore: ({ url }) => url === '/healthz' || url === '/readyz' },
    customAttributeKeys: { reqId: 'requestId', req: 'request', res: 'response', responseTime: 'durationMs' },
    customSuccessMessage: () => 'request answered',
    customErrorMessage: (_request, _response, fault) => `request not answered well: ${fault.message}`,
    customErrorObject: (_request, _response, _fault, line: Readonly<Record<string, unknown>>) => ({
      ...line,
      err: undefined, // its stack is of the logger, not of the fault
    }),
    customProps: (_request, response) => ({ channel: knownChannel(response)?.name }),
    customLogLevel: () => 'info', // what fails by our fault is logged where it is answered
    serializers: {
      req: ({ method, url }: { method: string; url: string }) => ({ method, url: addressToLog(url) }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
  });
  return (request, response, next) => log(request, response, next);
}

/** The id of the request that is being answered. */
export function requestIdOf(response: Response): string {
  return response.get('X-Request-Id') ?? 'none';
}

/** The text with every telephone number in it masked but for its last digits. */
export function withoutNumbers(text: string): string {
  return text.replace(PHONE_NUMBER, '****');
}

/** As it was sent, unless a number hides in it. */
function addressToLog(url: string): string {
  const plain = url.replace(/%([0-7][0-9a-f])/gi, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  const masked = withoutNumbers(plain);
  return masked === plain ? url : masked;
}

function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && SANE_REQUEST_ID.test(given) && withoutNumbers(given) === given)
    return given;
  return randomUUID();
}
