import express, { type Request, type RequestHandler, type Response } from 'express';
import type { BilingualText } from '../../domain/bilingual';
import { jsonPointer } from '../../domain/json-pointer';
import { JsonPlace, jsonTokens } from '../../runtime/duplicate-keys';
import { channelOf } from './known-channel';
import { Problem, type FieldFaultInWords } from './problems';
import { fieldFault } from './read-body';

/** Bytes that a body may have, and one of many orders. */
export const MAX_BODY_BYTES = 16 * 1024;
export const MAX_LARGE_BODY_BYTES = 2 * 1024 * 1024;
/** Objects and lists that may be within one another. */
export const MAX_BODY_DEPTH = 10;
export const TOO_DEEP: BilingualText = {
  en: `Objects and arrays may be nested at most ${MAX_BODY_DEPTH} levels deep.`,
  vi: `Đối tượng và danh sách chỉ được lồng nhau tối đa ${MAX_BODY_DEPTH} cấp.`,
};

/** Compressed bodies are refused, since they may unfold without end. */
const reader = (limit: number) => express.raw({ limit, inflate: false, type: () => true });
const readBytes = reader(MAX_BODY_BYTES);
const readManyBytes = reader(MAX_LARGE_BODY_BYTES);

const large = new WeakSet<Request>();
/** Large bodies that a channel may have under way in a process at once: each takes memory, and a moment to look through. */
const MAX_LARGE_BODIES = 2;
const largeUnderWay = new Map<string, number>();

/** Declares that a route takes a large body. Goes before `authenticated`, which reads it. */
export const takesLargeBody: RequestHandler = (request, _response, next) => {
  large.add(request);
  next();
};

/**
 * The bytes of the body, read once; none where there is no body.
 * @throws express's own fault when they are too many, compressed or break off
 */
export async function bytesOfBody(request: Request, response: Response): Promise<Buffer> {
  if (request.get('content-length') !== '0' && !Buffer.isBuffer(request.body)) {
    if (large.has(request)) countLargeBody(response);
    const read = large.has(request) ? readManyBytes : readBytes;
    await new Promise<void>((done, failed) =>
      read(request, response, (fault?: unknown) => (fault ? failed(fault) : done())),
    );
  }
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** @throws Problem `too_many_concurrent_requests` */
function countLargeBody(response: Response): void {
  const { name } = channelOf(response);
  const underWay = largeUnderWay.get(name) ?? 0;
  if (underWay >= MAX_LARGE_BODIES) {
    throw new Problem('too_many_concurrent_requests', undefined, {}, { 'Retry-After': '1' });
  }
  if (response.closed) return; // given up meanwhile: it would never be counted out
  largeUnderWay.set(name, underWay + 1);
  response.once('close', () => {
    const left = (largeUnderWay.get(name) ?? 1) - 1;
    if (left > 0) largeUnderWay.set(name, left);
    else largeUnderWay.delete(name);
  });
}

/** Reads a JSON body into `request.body`, which stays undefined where there is none. */
export const jsonBody: RequestHandler = async (request, response, next) => {
  const isJson = request.is('application/json') !== false && isUtf8(request);
  if (!isJson && request.get('content-length') !== '0') throw new Problem('unsupported_media_type');
  const bytes = await bytesOfBody(request, response);
  request.body = bytes.length === 0 ? undefined : parse(bytes);
  next();
};

export function isUtf8(request: Request): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.get('content-type') ?? '')?.[1];
  return charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset); // a part of UTF-8
}

/**
 * @param detail what is said of a body that is not UTF-8, where it may be something else than JSON
 * @throws Problem `malformed_request`
 */
export function textOfBody(bytes: Buffer, detail?: BilingualText): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem('malformed_request', detail);
  }
}

function parse(bytes: Buffer): unknown {
  let text: string;
  let value: unknown;
  try {
    text = textOfBody(bytes);
    value = JSON.parse(text);
  } catch {
    throw new Problem('malformed_request'); // what the parser says may quote the body
  }
  const place = new JsonPlace();
  for (const [token] of jsonTokens(text)) {
    if (place.isTwice(token))
      throw new Problem('invalid_request', undefined, { errors: [duplicateField(place)] });
    if (place.depth > MAX_BODY_DEPTH) throw new Problem('malformed_request', TOO_DEEP);
  }
  return value;
}

/** @param path of a key that its object has already */
export function duplicateField({ path }: JsonPlace): FieldFaultInWords {
  return fieldFault(jsonPointer(path), 'duplicate_field');
}
