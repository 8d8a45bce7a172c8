import express, { type Request, type RequestHandler, type Response } from 'express';
import { jsonPointer } from '../../domain/json-pointer';
import { duplicateKey } from '../../runtime/duplicate-keys';
import { Problem } from './problems';
import { fieldFault } from './read-body';

/** Bytes that a body may have. */
const MAX_BODY_BYTES = 16 * 1024;
/** Objects and lists that may be within one another. */
const MAX_BODY_DEPTH = 10;

/** Compressed bodies are refused, since they may unfold without end. */
const readBytes = express.raw({ limit: MAX_BODY_BYTES, inflate: false, type: () => true });

/**
 * The bytes of the body, read once; none where there is no body.
 * @throws express's own fault when they are too many, compressed or break off
 */
export async function bytesOfBody(request: Request, response: Response): Promise<Buffer> {
  if (request.get('content-length') !== '0' && !Buffer.isBuffer(request.body)) {
    await new Promise<void>((done, failed) =>
      readBytes(request, response, (fault?: unknown) => (fault ? failed(fault) : done())),
    );
  }
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Reads a JSON body into `request.body`, which stays undefined where there is none. */
export const jsonBody: RequestHandler = async (request, response, next) => {
  const isJson = request.is('application/json') !== false && isUtf8(request);
  if (!isJson && request.get('content-length') !== '0') throw new Problem('unsupported_media_type');
  const bytes = await bytesOfBody(request, response);
  request.body = bytes.length === 0 ? undefined : parse(bytes);
  next();
};

function isUtf8(request: Request): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.get('content-type') ?? '')?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

function parse(bytes: Buffer): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new Problem('malformed_request'); // what the parser says may quote the body
  }
  if (isDeeperThan(MAX_BODY_DEPTH, value)) {
    throw new Problem('malformed_request', {
      en: `Objects and arrays may be nested at most ${MAX_BODY_DEPTH} levels deep.`,
      vi: `Đối tượng và danh sách chỉ được lồng nhau tối đa ${MAX_BODY_DEPTH} cấp.`,
    });
  }
  const twice = duplicateKey(text);
  if (!twice) return value;
  const errors = [fieldFault(jsonPointer(twice), 'duplicate_field')];
  throw new Problem('invalid_request', undefined, { errors });
}

/** Goes down one level at a time, and no further than it must. */
function isDeeperThan(depth: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let left = depth; left >= 0; left -= 1) {
    level = level.flatMap((each): unknown[] =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
