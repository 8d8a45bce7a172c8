import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { withoutNumbers } from '../../domain/telephone-numbers';
import { holdsAnyNumber, mayHoldNumber } from '../purchases/number-in-id';
import { logFields } from './trace';

const SANE_REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * One line for each answered request, with its id: the caller's `X-Request-Id` when it is sane, else one of ours.
 * Neither headers nor bodies are logged, and a number or key that somebody put into an address is masked.
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
    customErrorMessage: (_request, _response, fault) => `request failed: ${fault.message}`,
    customErrorObject: (_request, _response, _fault, line: Readonly<Record<string, unknown>>) => ({
      ...line,
      err: undefined, // its stack is of the logger, not of the fault
    }),
    customProps: (_request, response) => logFields(response),
    customLogLevel: () => 'info', // what fails by our fault is logged where it is answered
    serializers: {
      req: ({ method, url }: { method: string; url: string }) => ({ method, url: addressToLog(url) }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
  });
  return (request, response, next) => log(request, response, next);
}

/** An API key, which does not belong into an address. */
const KEY_IN_ADDRESS = /dck_[\w-]+/g;
/** A percent sign may be escaped itself, any number of times. */
const ESCAPED_ASCII = /%(?:25)*([0-7][0-9a-f])/gi;

/** Characters of an address that are looked at: anybody may send long ones, and to look at them costs more than to refuse them. */
const MAX_ADDRESS = 600;
/** Of a longer one so many are not shown at the end, wherever masking has moved it: a number may be cut in two there. */
const CUT_END = 200;

/** As it was sent, unless a key hides in it, behind whatever escapes; numbers are masked in the whole line. A long one is cut. */
function addressToLog(address: string): string {
  const url =
    address.length > MAX_ADDRESS
      ? `${withoutNumbers(address.slice(0, MAX_ADDRESS)).slice(0, -CUT_END)}...`
      : address;
  const plain = url.replace(ESCAPED_ASCII, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  return plain.includes('dck_') ? plain.replace(KEY_IN_ADDRESS, '****') : url;
}

function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  if (typeof given !== 'string' || !SANE_REQUEST_ID.test(given)) return newRequestId();
  const hidesNumber = withoutNumbers(given) !== given || holdsAnyNumber(given) || mayHoldNumber(given); // the second reads base64 as well
  return hidesNumber ? newRequestId() : given;
}

/** Never one that the logs would take for a number, and mask. */
export function newRequestId(): string {
  for (;;) {
    const id = randomUUID();
    if (withoutNumbers(id) === id) return id;
  }
}
