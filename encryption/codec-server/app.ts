import type { Payload, PayloadCodec } from '@temporalio/common';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { z } from 'zod';
import { PayloadUnreadable } from '../payload-unreadable';
import { isTyped } from '../typed-input';
import { sentence, shownPayload } from './shown-payload';
import { identify, RequestRefused, type Access, type Viewer } from './authentication';

/** Enough for a page of a history: Temporal's own limit of a message, in base64. */
const MAX_BODY_SIZE = '6mb';
/** The Web UI asks for each payload of a history by itself. */
const REQUESTS_PER_MINUTE = 6_000;
/** What the Web UI sends: the namespace, and with `passAccessToken` who is logged in. */
const ALLOWED_HEADERS = 'authorization, authorization-extras, content-type, x-namespace';

const bytes = z.base64().transform((text): Uint8Array => Buffer.from(text, 'base64'));
const payloadSchema = z.object({ metadata: z.record(z.string(), bytes).default({}), data: bytes.optional() });

/** The body of both routes: `Payloads` in protobuf's JSON, where bytes are base64. */
const payloadsSchema = z.object({ payloads: z.array(payloadSchema).max(10_000).default([]) });

export interface CodecServerParts {
  codec: PayloadCodec;
  access: Access;
  /** Whose payloads these are; no other's are decrypted. */
  namespace: string;
  logger: Logger;
}

/**
 * Temporal's codec server: `POST /decode` for the Web UI and `temporal`, `POST /encode` for what people type into
 * them. Logged are who asked and the number of payloads, never bodies or tokens.
 */
export function createCodecServer({ codec, access, namespace, logger }: CodecServerParts): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing');
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.use(allowOrigins(access.origins));
  app.use(limitRate());
  const identified: RequestHandler = async (request, response, next) => {
    response.locals['viewer'] = await identity(request);
    next();
  };
  const identity = identify(access);
  const body = express.json({ limit: MAX_BODY_SIZE });
  const serve = (
    route: 'decode' | 'encode',
    work: (payloads: Payload[], viewer: Viewer) => Promise<Payload[]>,
  ) =>
    app.post(`/${route}`, identified, requireJson, body, async (request, response: Response) => {
      const read = payloadsSchema.safeParse(request.body);
      if (!read.success) throw new RequestRefused(400, 'The body must be payloads in protobuf’s JSON.');
      requireNamespace(request.get('x-namespace'), namespace);
      const { payloads } = read.data;
      const viewer = response.locals['viewer'] as Viewer; // set by `identified`, before this
      const answer = await work(payloads, viewer);
      logger.info({
        event: `codec.${route}`,
        who: viewer.name,
        namespace,
        payloads: payloads.length,
      });
      response.set('Cache-Control', 'no-store').json(payloadsJson(answer));
    });
  serve('decode', async (payloads, { seesNumbers }) => {
    const decoded = await Promise.all(payloads.map((payload) => decodedOrReason(codec, payload)));
    return seesNumbers ? decoded : decoded.map(shownPayload);
  });
  serve('encode', (payloads) => {
    if (payloads.every(isTyped)) return codec.encode(payloads);
    throw new RequestRefused(422, NOT_TYPED);
  });
  app.use(() => {
    throw new RequestRefused(404, 'There is POST /decode and POST /encode.');
  });
  app.use(answerRefusals(logger));
  return app;
}

const NOT_TYPED =
  'Only what a person types into an update or a signal is encrypted here, such as {"decision":"…","by":"…","why":"…"}: no input of a workflow. `npx datacode` does the rest.';

/** The log names the namespace; it must not be one that the asker made up. */
function requireNamespace(asked: string | undefined, own: string): void {
  if (asked === undefined || asked === own) return;
  throw new RequestRefused(403, 'This codec server is for another namespace: TEMPORAL_NAMESPACE names it.');
}

/** A payload that cannot be read is replaced by the reason, so that the rest of a history is still shown. */
async function decodedOrReason(codec: PayloadCodec, payload: Payload): Promise<Payload> {
  try {
    const [decoded] = await codec.decode([payload]);
    return decoded ?? payload;
  } catch (fault) {
    if (!(fault instanceof PayloadUnreadable)) throw fault;
    return sentence(`(unreadable: ${fault.message})`);
  }
}

/** CORS for the Web UIs by their exact origin; requests of other pages are refused. */
function allowOrigins(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    response.vary('Origin');
    if (origin === undefined) return next();
    if (!origins.includes(origin)) {
      throw new RequestRefused(403, 'This origin is not allowed; CODEC_SERVER_ORIGINS lists those that are.');
    }
    response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' });
    if (request.method !== 'OPTIONS') return next();
    response
      .set({
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers': ALLOWED_HEADERS,
        'Access-Control-Max-Age': '600',
      })
      .status(204)
      .end();
  };
}

function limitRate(): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: REQUESTS_PER_MINUTE,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: { xForwardedForHeader: false }, // without a trusted proxy the header is ignored
    keyGenerator: (request) => ipKeyGenerator(request.ip ?? 'unknown'),
    handler: (_request, _response, next) =>
      next(new RequestRefused(429, 'Too many requests; come back in a minute.')),
  });
}

/** A page could send other types without a CORS preflight. */
const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is('application/json')) return next();
  throw new RequestRefused(415, 'Send application/json.');
};

function answerRefusals(logger: Logger): ErrorRequestHandler {
  return (fault: unknown, _request, response, next) => {
    if (response.headersSent) return next(fault);
    const { status, message } = refusalOf(fault) ?? { status: 500, message: 'Internal error.' };
    if (status === 500) logger.error({ err: fault }, 'request failed with an unexpected error');
    else logger.warn({ event: 'codec.refused', status }, message);
    if (status === 401) response.set('WWW-Authenticate', 'Bearer');
    response.status(status).type('application/problem+json');
    response.send(JSON.stringify({ type: 'about:blank', title: message, status }));
  };
}

function refusalOf(fault: unknown): Pick<RequestRefused, 'status' | 'message'> | undefined {
  if (fault instanceof RequestRefused) return fault;
  if (typeof fault !== 'object' || fault === null || !('status' in fault)) return undefined;
  if (fault.status === 413) return new RequestRefused(413, `The body is larger than ${MAX_BODY_SIZE}.`);
  const isOfBody = typeof fault.status === 'number' && fault.status >= 400 && fault.status < 500;
  return isOfBody ? new RequestRefused(400, 'The body is not JSON.') : undefined;
}

/** Payloads as protobuf's JSON writes them. */
function payloadsJson(payloads: readonly Payload[]): object {
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]),
      ),
      ...(data ? { data: base64(data) } : {}),
    })),
  };
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}
