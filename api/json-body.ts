import express, { type RequestHandler } from 'express';
import { Problem } from './problems';

/** Bytes that a body may have. */
const LARGEST_BODY = 16 * 1024;

/** Compressed bodies are refused, since they may unfold without end. */
const parse = express.json({ limit: LARGEST_BODY, inflate: false, strict: false, type: 'application/json' });

/** Reads a JSON body into `request.body`, which stays undefined where there is none. */
export const jsonBody: RequestHandler = (request, response, next) => {
  if (request.get('content-length') === '0') return next();
  if (request.is('application/json') === false) throw new Problem('unsupported_media_type');
  parse(request, response, next);
};
