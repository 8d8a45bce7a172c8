import express, { type RequestHandler } from 'express';
import { Problem } from './problems';

/** Bytes that a body may have. */
const LARGEST_BODY = 16 * 1024;

/** Reads a JSON body into `request.body`; compressed ones are refused, since they may unfold without end. */
export const jsonBody: RequestHandler[] = [
  (request, _response, next) => {
    if (request.is('application/json') === false) throw new Problem('unsupported_media_type');
    next();
  },
  express.json({ limit: LARGEST_BODY, inflate: false, strict: false, type: 'application/json' }),
];
